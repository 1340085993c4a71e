//! What a column of a list can say, and what lists call it.

use hakutaku_model::text::Text;

/// What an account list or a leavers list says about somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// What is typed to sign in.
    Name,
    /// The person's name.
    DisplayName,
    /// The reading of the name.
    Reading,
    /// Staff number.
    StaffNumber,
    /// Whether one can sign in: yes or no.
    Enabled,
    /// The opposite: stopped, locked, deleted.
    Disabled,
    /// AD's bits; the second says disabled.
    ControlBits,
    /// Administrator rights: yes or no.
    Administrator,
    /// Last sign-in.
    LastSignIn,
    /// Groups.
    Groups,
    /// A remark.
    Description,
    /// The last day at work.
    LeftOn,
    /// Department.
    Department,
}

impl Field {
    /// What a person may choose for a column of an account list.
    pub const OF_ACCOUNTS: [Self; 9] = [
        Self::Name,
        Self::DisplayName,
        Self::StaffNumber,
        Self::Enabled,
        Self::Disabled,
        Self::Administrator,
        Self::LastSignIn,
        Self::Groups,
        Self::Description,
    ];

    /// The stable key of forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::DisplayName => "display_name",
            Self::Reading => "reading",
            Self::StaffNumber => "staff_number",
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::ControlBits => "control_bits",
            Self::Administrator => "administrator",
            Self::LastSignIn => "last_sign_in",
            Self::Groups => "groups",
            Self::Description => "description",
            Self::LeftOn => "left_on",
            Self::Department => "department",
        }
    }

    /// The name in both languages.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::Name => Text::new("ID（サインイン名）", "Sign-in name"),
            Self::DisplayName => Text::new("氏名・表示名", "Display name"),
            Self::Reading => Text::new("ふりがな", "Reading"),
            Self::StaffNumber => Text::new("職員番号", "Staff number"),
            Self::Enabled => Text::new("有効か", "Enabled"),
            Self::Disabled => Text::new("止めてあるか", "Disabled"),
            Self::ControlBits => Text::new("userAccountControl", "userAccountControl"),
            Self::Administrator => Text::new("管理者か", "Administrator"),
            Self::LastSignIn => Text::new("最後に使った日", "Last sign-in"),
            Self::Groups => Text::new("グループ", "Groups"),
            Self::Description => Text::new("説明", "Description"),
            Self::LeftOn => Text::new("退職日", "Last day"),
            Self::Department => Text::new("所属", "Department"),
        }
    }
}

/// Words of headings, folded and without spaces; the earlier is the better one.
pub(super) const ACCOUNT_WORDS: [(Field, &str); 11] = [
    (
        Field::Name,
        "samaccountname ログオン名 ログインid ログオンid サインイン名 ユーザーid ユーザid 利用者id \
         アカウント名 アカウント ユーザー名 ユーザ名 利用者コード loginname login loginid username \
         userid user accountname account uid userprincipalname id name cn",
    ),
    (Field::DisplayName, "displayname 表示名 氏名 利用者氏名 利用者名 職員氏名 職員名 漢字氏名 名前 fullname name cn"),
    (
        Field::StaffNumber,
        "employeeid employeenumber 職員番号 職員コード 職員id 社員番号 職員no staffnumber staffid \
         staffno",
    ),
    (Field::Enabled, "enabled 有効 有効フラグ 有効か 使用可 状態 ステータス 利用区分 active status"),
    (Field::Disabled, "disabled 無効 無効フラグ 停止 停止フラグ 利用停止 削除 削除フラグ ロック inactive"),
    (Field::ControlBits, "useraccountcontrol"),
    (Field::Administrator, "administrator 管理者 管理者か 管理者権限 管理者フラグ admin isadmin 特権"),
    (
        Field::LastSignIn,
        "lastlogondate lastlogontimestamp lastlogon 最終ログオン 最終ログオン日時 最終ログイン \
         最終ログイン日 最終ログイン日時 最終利用日 最終使用日 最終サインイン lastlogin lastlogindate \
         lastsignin lastsignindate",
    ),
    (Field::Groups, "memberof グループ 所属グループ 権限グループ groups group"),
    (Field::Description, "description 説明 備考 メモ note comment"),
    (Field::Department, "department 部署 所属 部門"),
];
pub(super) const LEAVER_WORDS: [(Field, &str); 5] = [
    (Field::DisplayName, "氏名 職員氏名 職員名 漢字氏名 退職者氏名 退職者名 退職者 名前 name fullname displayname"),
    (Field::Reading, "ふりがな フリガナ カナ氏名 氏名カナ カナ よみ よみがな reading kana"),
    (
        Field::StaffNumber,
        "職員番号 職員コード 職員id 社員番号 職員no 番号 employeeid employeenumber staffnumber staffid \
         staffno id",
    ),
    (
        Field::LeftOn,
        "退職日 退職年月日 離職日 最終出勤日 退職 leftdate lefton leavedate leavingdate lastday \
         terminationdate enddate",
    ),
    (Field::Department, "部署 所属 部門 病棟 department"),
];
