use super::*;
use jiff::civil::date;

fn accounts(csv: &str) -> ReadAccounts {
    read_accounts(csv.as_bytes(), "accounts.csv", None).expect("readable")
}

#[test]
fn what_powershell_exports_is_understood() {
    let read = accounts(
        "#TYPE Microsoft.ActiveDirectory.Management.ADUser\n\
         \"DistinguishedName\",\"DisplayName\",\"EmployeeID\",\"Enabled\",\"LastLogonDate\",\"MemberOf\",\"Name\",\"SamAccountName\"\n\
         \"CN=Yamada,DC=x\",\"山田 太郎\",\"00123\",\"True\",\"2026/11/20 9:30:00\",\"CN=Domain Admins,CN=Users,DC=x;CN=医事課,DC=x\",\"Yamada\",\"yamada\"\n\
         \"CN=PC1,DC=x\",\"\",\"\",\"True\",\"\",\"\",\"PC1\",\"PC1$\"\n\
         \"CN=Suzuki,DC=x\",\"鈴木 花子\",\"\",\"False\",\"11/21/2026 9:30:00 AM\",\"\",\"Suzuki\",\"suzuki\"\n",
    );
    assert_eq!(read.accounts.len(), 2);
    let yamada = &read.accounts[0];
    assert_eq!(
        (yamada.name.as_str(), yamada.display_name.as_str(), yamada.staff_number.as_str()),
        ("yamada", "山田 太郎", "00123")
    );
    assert!(yamada.enabled && yamada.administrator && read.knows_sign_ins);
    assert_eq!(yamada.groups, ["Domain Admins", "医事課"]);
    assert_eq!(yamada.last_sign_in, Some(date(2026, 11, 20)));
    assert!(!read.accounts[1].enabled);
    assert_eq!(read.accounts[1].last_sign_in, Some(date(2026, 11, 21)));
}

#[test]
fn a_systems_own_list_is_understood_too() {
    let read =
        accounts("利用者ID,氏名,状態,管理者権限,最終ログイン\nn001,山田太郎,使用中,○,R8.11.1\nn002,鈴木花子,停止,×,\n");
    assert!(read.accounts[0].enabled && read.accounts[0].administrator);
    assert_eq!(read.accounts[0].last_sign_in, Some(date(2026, 11, 1)));
    assert!(!read.accounts[1].enabled);
}

#[test]
fn ldif_of_a_directory_is_understood() {
    let read = read_accounts(
        b"dn: CN=a,DC=x\nchangetype: add\nobjectClass: user\nsAMAccountName: yamada\nuserAccountControl: 514\n\
          lastLogonTimestamp: 134077752000000000\nmemberOf: CN=Administrators,CN=Builtin,DC=x\nuserPassword:: e1NTSEF9YWJj\n\n\
          dn: CN=pc,DC=x\nobjectClass: user\nobjectClass: computer\nsAMAccountName: PC1$\n\n\
          dn: OU=x,DC=x\nobjectClass: organizationalUnit\nou: x\n",
        "export.ldf",
        None,
    )
    .expect("readable");
    assert_eq!(read.accounts.len(), 1);
    let account = &read.accounts[0];
    assert!(!account.enabled && account.administrator);
    assert_eq!(account.last_sign_in, Some(date(2025, 11, 16)));
    assert_eq!(read.dropped, ["userpassword"]);
}

#[test]
fn passwords_are_dropped_and_never_read_even_when_chosen() {
    let csv = "ID,パスワード,氏名,NTHash\nn001,himitsu,山田,aad3b435\n";
    let read = accounts(csv);
    assert_eq!(read.dropped, ["パスワード", "NTHash"]);
    let chosen = Columns::from([(Field::Name, 0), (Field::Description, 1)]);
    let read = read_accounts(csv.as_bytes(), "a.csv", Some(&chosen)).expect("readable");
    assert!(!format!("{read:?}").contains("himitsu"));
    assert!(!is_secret("PasswordLastSet") && is_secret("userPassword"));
}

#[test]
fn what_is_wrong_names_row_and_column() {
    let fault = |csv: &str| read_accounts(csv.as_bytes(), "a.csv", None).expect_err("refused").text().ja;
    assert!(fault("ID,最終ログイン\na,2026-11-21\nb,先週\n").starts_with("3行目「最後に使った日」"));
    assert!(fault("ID,有効\na,たぶん\n").starts_with("2行目「有効か」"));
    assert!(fault("ID,氏名\n,山田\n").starts_with("2行目「ID"));
    assert!(fault("色,形\n赤,丸\n").contains("IDの列"));
}

#[test]
fn leavers_are_read_with_their_last_day() {
    let leavers = read_leavers(
        "退職者一覧\n職員番号,氏名,フリガナ,退職日\n00123,山田 太郎,ﾔﾏﾀﾞ ﾀﾛｳ,令和8年3月31日\n".as_bytes(),
        "l.csv",
    )
    .expect("readable");
    assert_eq!(leavers.len(), 1);
    assert_eq!(leavers[0].left_on, Some(date(2026, 3, 31)));
    assert_eq!(leavers[0].staff_number, "00123");
}
