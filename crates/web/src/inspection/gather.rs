//! Everything the pack stands on, gathered once.

use crate::AppState;
use crate::contacts::gather::contact_chart;
use crate::shell::problem::Problem;
use hakutaku_documents::inspection::Ledger;
use hakutaku_model::checklist::{FormKind, FormView, editions};
use hakutaku_model::contacts::Chart;
use hakutaku_model::facts::LedgerFacts;
use hakutaku_model::id::FacilityId;
use hakutaku_model::inspection::{Input, MissingItem, VendorForm, missing};
use hakutaku_model::ledger::cell::write;
use hakutaku_model::ledger::{AssetKind, Column};
use hakutaku_model::text::Lang;
use hakutaku_model::time::{FiscalYear, Ts};
use hakutaku_model::vendor_request::Ask;
use jiff::civil::Date;

/// What is known for the pack.
pub(crate) struct Known {
    /// The facility's own form, then the vendors' sheets with at least one answer.
    pub(crate) forms: Vec<FormView>,
    pub(crate) vendors: Option<Vec<VendorForm>>,
    pub(crate) contacts: Option<Chart>,
    pub(crate) ledger: Option<Ledger>,
    pub(crate) missing: Vec<MissingItem>,
}

pub(crate) async fn gather(app: &AppState, facility: FacilityId, today: Date) -> Result<Known, Problem> {
    let kind = app.store.facility(facility).await?.profile.kind;
    let ground = app.store.form_ground(&app.catalogue, facility, today).await?;
    let works_with = editions::in_use(&ground.editions, FiscalYear::of(today)).works_with;
    let edition = works_with.map(|edition| edition.id.clone()).unwrap_or_default();
    let own = editions::form_of(kind).and_then(|form| ground.view(&app.catalogue, &edition, form, None));
    let mut forms: Vec<FormView> = own.into_iter().collect();
    let requests = app.store.vendor_requests(facility).await?;
    let mut vendors = Vec::new();
    let mut sheets = Vec::new();
    for vendor in ground.contracted() {
        let sheet = ground.view(&app.catalogue, &edition, FormKind::Vendor, Some(vendor.id));
        let ask = Ask::Checklist(edition.clone());
        let of_this = requests.iter().filter(|request| request.vendor == vendor.id && request.ask == ask);
        let request = of_this.filter(|request| request.revoked_at.is_none()).max_by_key(|request| request.created_at);
        let answered = request.and_then(|request| request.answered_at).map(Ts::date_in_japan);
        // Without a request on record, a sheet that is answered throughout is one that came back.
        let returned =
            answered.or_else(|| sheet.as_ref().filter(|sheet| sheet.progress.open == 0).and_then(newest_day));
        vendors.push(VendorForm {
            vendor: vendor.name.clone(),
            returned,
            asked: request.map(|request| request.created_at.date_in_japan()),
            due: request.map(|request| request.due),
        });
        sheets.extend(sheet.filter(|sheet| sheet.progress.answered() > 0));
    }
    let vendors = (!ground.vendors.is_empty()).then_some(vendors);
    let contacts = Some(contact_chart(app, facility).await?).filter(|chart| !chart.is_empty());
    let ledger = ground.facts.ledger.as_ref().map(ledger);
    let found = missing(&Input {
        forms: &forms,
        vendor_forms: vendors.as_deref(),
        contacts: contacts.as_ref(),
        devices: ledger.as_ref().map(|ledger| ledger.total),
        today: Some(today),
    });
    forms.extend(sheets);
    Ok(Known { forms, vendors, contacts, ledger, missing: found })
}

fn newest_day(form: &FormView) -> Option<Date> {
    form.lines().filter_map(|(_, line)| line.answer.as_ref()?.first.map(|round| round.on)).max()
}

/// Every device, cell by cell as people read it.
pub(super) async fn list_devices(
    app: &AppState,
    facility: FacilityId,
    lang: Lang,
    ledger: &mut Ledger,
) -> Result<(), Problem> {
    let names = crate::ledger::names(app, facility).await?;
    ledger.columns = Column::ALL.map(|column| column.title().get(lang).to_owned()).to_vec();
    ledger.rows = app
        .store
        .all_assets(facility)
        .await?
        .iter()
        .map(|row| Column::ALL.map(|column| write(column, &row.asset, &names, lang)).to_vec())
        .collect();
    Ok(())
}

/// The ledger in numbers.
fn ledger(facts: &LedgerFacts) -> Ledger {
    let known = [
        (AssetKind::Server, facts.servers),
        (AssetKind::Terminal, facts.terminals),
        (AssetKind::NetworkDevice, facts.network_devices),
        (AssetKind::MedicalDevice, facts.medical_devices),
        (AssetKind::CloudService, facts.cloud_services),
    ];
    let counted: u32 = known.iter().map(|(_, count)| count).sum();
    let other = (AssetKind::Other, facts.total.saturating_sub(counted));
    Ledger {
        total: facts.total as usize,
        by_kind: known.into_iter().chain([other]).map(|(kind, count)| (kind.title(), count as usize)).collect(),
        columns: Vec::new(),
        rows: Vec::new(),
    }
}
