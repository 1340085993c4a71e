//! What samples are drawn from: ids, names, and what the register says of each.

use crate::AppState;
use crate::shell::problem::Problem;
use hakutaku_model::accounts::AccountList;
use hakutaku_model::audit::SampledFrom;
use hakutaku_model::backup::RestoreTest;
use hakutaku_model::id::FacilityId;
use hakutaku_model::record::Kept;
use hakutaku_model::system::System;
use hakutaku_model::text::{Lang, Text};
use hakutaku_model::vendor::Engagement;

/// One of a population.
pub(crate) struct One {
    pub(crate) id: String,
    pub(crate) label: String,
    /// Name of a field, what the register says; in the language of whoever draws.
    pub(crate) said: Vec<(String, String)>,
}

/// Words of one language for the names of fields.
#[derive(Clone, Copy)]
struct W(Lang);

impl W {
    fn s(self, ja: &str, en: &str) -> String {
        Text::new(ja, en).get(self.0).to_owned()
    }

    fn yes_no(self, yes: bool) -> String {
        if yes { self.s("はい", "yes") } else { self.s("いいえ", "no") }
    }
}

/// Everything that can be drawn, without what is out of use.
pub(crate) async fn population(
    app: &AppState,
    facility: FacilityId,
    from: SampledFrom,
    lang: Lang,
) -> Result<Vec<One>, Problem> {
    let w = W(lang);
    let mut found: Vec<One> = match from {
        SampledFrom::Accounts => {
            let lists = app.store.records::<AccountList>(facility).await?;
            lists.iter().flat_map(|list| accounts(w, &list.body)).collect()
        }
        SampledFrom::Devices => app.store.all_assets(facility).await?.into_iter().map(|row| device(w, &row)).collect(),
        SampledFrom::RestoreTests => {
            let systems = app.store.records::<System>(facility).await?;
            let tests = app.store.records::<RestoreTest>(facility).await?;
            tests.iter().map(|row| restore_test(w, row, &systems)).collect()
        }
        SampledFrom::Vendors => {
            app.store.records::<Engagement>(facility).await?.iter().map(|row| vendor(w, row)).collect()
        }
    };
    for one in &mut found {
        one.said.retain(|(_, value)| !value.is_empty());
    }
    Ok(found)
}

fn accounts(w: W, list: &AccountList) -> Vec<One> {
    list.accounts
        .iter()
        .map(|account| One {
            id: format!("{}/{}", list.source, account.name),
            label: account.name.clone(),
            said: vec![
                (w.s("システム", "System"), list.source.clone()),
                (w.s("氏名", "Name"), account.display_name.clone()),
                (w.s("職員番号", "Staff number"), account.staff_number.clone()),
                (w.s("有効", "Enabled"), w.yes_no(account.enabled)),
                (w.s("管理者", "Administrator"), w.yes_no(account.administrator)),
                (
                    w.s("最後の利用", "Last sign-in"),
                    account.last_sign_in.map(|day| day.to_string()).unwrap_or_default(),
                ),
                (w.s("グループ", "Groups"), account.groups.join(" ")),
            ],
        })
        .collect()
}

fn device(w: W, row: &hakutaku_model::ledger::KeptAsset) -> One {
    let asset = &row.asset;
    let label = match (asset.number.as_str(), asset.name.as_str()) {
        ("", name) => name.to_owned(),
        (number, name) => format!("{number} {name}"),
    };
    One {
        id: row.id.to_string(),
        label: label.trim().to_owned(),
        said: vec![
            (w.s("種類", "Kind"), asset.kind.title().get(w.0).to_owned()),
            (w.s("場所", "Place"), asset.place.clone()),
            (w.s("持ち主", "Owner"), asset.owner.clone()),
            (w.s("機種", "Model"), format!("{} {}", asset.maker, asset.model).trim().to_owned()),
            (w.s("製造番号", "Serial"), asset.serial.clone()),
            (w.s("OS", "OS"), asset.os.clone()),
            (w.s("版", "Firmware"), asset.firmware.clone()),
            (w.s("サポート終了", "Support ends"), asset.support_ends.map(|day| day.to_string()).unwrap_or_default()),
        ],
    }
}

fn restore_test(w: W, row: &Kept<RestoreTest>, systems: &[Kept<System>]) -> One {
    let test = &row.body;
    let system = systems.iter().find(|system| system.id == test.system);
    let system = system.map(|system| system.body.name.clone()).unwrap_or_default();
    One {
        id: row.id.to_string(),
        label: format!("{} {system}", test.date).trim().to_owned(),
        said: vec![
            (w.s("システム", "System"), system),
            (w.s("日", "Day"), test.date.to_string()),
            (w.s("戻した先", "Restored to"), test.target.clone()),
            (w.s("確かめたこと", "Looked at"), test.checked.clone()),
            (w.s("分", "Minutes"), test.minutes.map(|minutes| minutes.to_string()).unwrap_or_default()),
            (w.s("成功", "Worked"), w.yes_no(test.success)),
            (w.s("行った人", "By"), test.who.clone()),
        ],
    }
}

fn vendor(w: W, row: &Kept<Engagement>) -> One {
    let products: Vec<&str> = row.body.products.iter().map(|product| product.name.as_str()).collect();
    One {
        id: row.id.to_string(),
        label: row.body.name.clone(),
        said: vec![
            (w.s("契約の数", "Contracts"), row.body.contracts.len().to_string()),
            (w.s("製品", "Products"), products.join(" / ")),
            (w.s("再委託先の数", "Subprocessors"), row.body.subprocessors.len().to_string()),
        ],
    }
}
