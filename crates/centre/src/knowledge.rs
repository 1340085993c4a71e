//! What the product knows about the source and the secret of a touch.
//!
//! Equal touches get equal facts as long as the registers stay as they are: everything is read anew at most every
//! [`FRESH_SECONDS`], at once when this process is told of a change, and ledgers whenever one of them changed. A touch that
//! is looked at again after a restart is seen with the knowledge of then.

use crate::common;
use hakutaku_model::connection::Connection;
use hakutaku_model::id::{AssetId, FacilityId};
use hakutaku_model::ledger::Asset;
use hakutaku_model::ledger::mark::Mark;
use hakutaku_model::party::Party;
use hakutaku_model::record::Kept;
use hakutaku_model::region::centre::{CentreSettings, KnownLeak};
use hakutaku_model::region::correlate::{Arrival, Behind, Device, Facts, Leak, What, happened};
use hakutaku_model::region::net::{Prefix, is_local};
use hakutaku_model::region::noise::{Declaration, covering};
use hakutaku_model::text::folded;
use hakutaku_model::time::Ts;
use hakutaku_store::{Result, Shelf, Store};
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use uuid::Uuid;

/// How long what was read counts as fresh.
const FRESH_SECONDS: i64 = 30;

/// The registers as far as touches need them.
pub(crate) struct Knowledge {
    read_at: Option<Ts>,
    common: BTreeSet<String>,
    shared: Vec<Prefix>,
    leaks: HashMap<String, Leak>,
    noise: HashMap<FacilityId, Vec<Declaration>>,
    connections: HashMap<FacilityId, Vec<Connection>>,
    devices: HashMap<(FacilityId, AssetId), Option<Device>>,
    /// The newest change to any ledger when addresses were read.
    ledgers: Option<Option<Uuid>>,
    near: HashMap<FacilityId, HashMap<IpAddr, AssetId>>,
    /// Addresses that mean the same device everywhere, of all ledgers.
    far: Option<HashMap<IpAddr, (FacilityId, AssetId)>>,
}

impl Knowledge {
    pub(crate) fn new(store: &Store) -> Self {
        Self {
            read_at: None,
            common: common::secrets().map(|secret| store.secret_hash(&secret)).collect(),
            shared: Vec::new(),
            leaks: HashMap::new(),
            noise: HashMap::new(),
            connections: HashMap::new(),
            devices: HashMap::new(),
            ledgers: None,
            near: HashMap::new(),
            far: None,
        }
    }

    /// Registers changed: what was read does not count any more.
    pub(crate) fn told(&mut self) {
        self.read_at = None;
    }

    /// Reads what is not fresh any more.
    pub(crate) async fn refresh(&mut self, store: &Store, now: Ts) -> Result<()> {
        let newest = store.newest_ledger_change().await?;
        if self.ledgers != Some(newest) {
            self.near.clear();
            self.far = None;
            self.devices.clear();
            self.ledgers = Some(newest);
        }
        let fresh = |read: Ts| read <= now && now < read.plus_seconds(FRESH_SECONDS);
        if self.read_at.is_some_and(fresh) {
            return Ok(());
        }
        let settings: Vec<Kept<CentreSettings>> = store.records(Shelf::Installation).await?;
        let shared = settings.into_iter().next().map(|row| row.body.shared).unwrap_or_default();
        if shared != self.shared {
            self.far = None;
            self.shared = shared;
        }
        let leaks: Vec<Kept<KnownLeak>> = store.records(Shelf::Installation).await?;
        self.leaks =
            leaks.into_iter().map(|row| (row.body.hash, Leak { what: row.body.what, owner: row.body.owner })).collect();
        self.noise.clear();
        self.connections.clear();
        self.devices.clear();
        self.read_at = Some(now);
        Ok(())
    }

    /// What is known about an arrival.
    pub(crate) async fn facts(&mut self, store: &Store, arrival: &Arrival) -> Result<Facts> {
        let What::Touch(touch) = &arrival.what else { return Ok(Facts::default()) };
        let source = touch.source_ip.to_canonical();
        let shared_network = self.shared.iter().any(|prefix| prefix.contains(source));
        let at = happened(touch.time, arrival.at, arrival.clock_ahead);
        let noise = covering(self.noise_of(store, arrival.facility).await?, touch, arrival.facility, at)
            .map(|declaration| declaration.reason.clone());
        let device = match self.owner_of(store, arrival.facility, source, shared_network).await? {
            Some((facility, asset)) => self.device(store, facility, asset).await?,
            None => None,
        };
        let secret = touch.secret_hash.as_ref();
        Ok(Facts {
            shared_network,
            device,
            leak: secret.and_then(|hash| self.leaks.get(hash)).cloned(),
            common_secret: secret.is_some_and(|hash| self.common.contains(hash)),
            noise,
        })
    }

    async fn noise_of(&mut self, store: &Store, facility: FacilityId) -> Result<&[Declaration]> {
        if let Entry::Vacant(place) = self.noise.entry(facility) {
            let rows: Vec<Kept<Declaration>> = store.records(facility).await?;
            place.insert(rows.into_iter().map(|row| row.body).collect());
        }
        Ok(self.noise.get(&facility).map_or(&[], Vec::as_slice))
    }

    /// Whose device has this address: one of the facility touched, else of another, where the address means the same.
    async fn owner_of(
        &mut self,
        store: &Store,
        facility: FacilityId,
        address: IpAddr,
        shared: bool,
    ) -> Result<Option<(FacilityId, AssetId)>> {
        if let Entry::Vacant(place) = self.near.entry(facility) {
            let rows = store.addresses(Some(facility)).await?;
            let mut own: HashMap<IpAddr, AssetId> = HashMap::new();
            for (_, asset, text) in &rows {
                for address in addresses(text) {
                    own.entry(address).or_insert(*asset);
                }
            }
            place.insert(own);
        }
        if let Some(asset) = self.near.get(&facility).and_then(|own| own.get(&address)) {
            return Ok(Some((facility, *asset)));
        }
        // 192.168.1.10 over there is another device.
        if is_local(address) && !shared {
            return Ok(None);
        }
        if self.far.is_none() {
            let mut far: HashMap<IpAddr, (FacilityId, AssetId)> = HashMap::new();
            for (facility, asset, text) in store.addresses(None).await? {
                for address in addresses(&text) {
                    let everywhere = !is_local(address) || self.shared.iter().any(|prefix| prefix.contains(address));
                    if everywhere {
                        far.entry(address).or_insert((facility, asset));
                    }
                }
            }
            self.far = Some(far);
        }
        Ok(self.far.as_ref().and_then(|far| far.get(&address)).copied())
    }

    async fn device(&mut self, store: &Store, facility: FacilityId, id: AssetId) -> Result<Option<Device>> {
        if let Some(known) = self.devices.get(&(facility, id)) {
            return Ok(known.clone());
        }
        if let Entry::Vacant(place) = self.connections.entry(facility) {
            let rows: Vec<Kept<Connection>> = store.records(facility).await?;
            place.insert(rows.into_iter().map(|row| row.body).collect());
        }
        let connections = self.connections.get(&facility).map_or(&[][..], Vec::as_slice);
        let row = store.assets_of(facility, &[id]).await?.pop().filter(|row| row.retired_at.is_none());
        let today = self.read_at.unwrap_or(Ts::from_micros(0)).date_in_japan();
        let device = row.map(|row| Device {
            facility,
            asset: id,
            name: name_of(&row.asset),
            owner: row.asset.owner.clone(),
            place: row.asset.place.clone(),
            weaknesses: weaknesses(&row.asset, today),
            behind: behind(&row.asset, connections),
        });
        self.devices.insert((facility, id), device.clone());
        Ok(device)
    }
}

fn addresses(text: &str) -> impl Iterator<Item = IpAddr> + '_ {
    text.split_whitespace().filter_map(|word| word.parse::<IpAddr>().ok()).map(|address| address.to_canonical())
}

fn name_of(asset: &Asset) -> String {
    let known = [&asset.name, &asset.number, &asset.model];
    known.into_iter().find(|text| !text.trim().is_empty()).cloned().unwrap_or_default()
}

/// What the ledger says against it. Only what it says: a version that nobody wrote down is no weakness.
fn weaknesses(asset: &Asset, today: jiff::civil::Date) -> Vec<String> {
    let version = [&asset.os, &asset.firmware].into_iter().find(|text| !text.trim().is_empty());
    let mut out = Vec::new();
    if Mark::SupportEnded.is_on(asset, today)
        && let Some(day) = asset.support_ends
    {
        out.push(match version {
            Some(version) => format!("{version}（{day} サポート終了 / support ended）"),
            None => format!("{day} サポート終了 / support ended"),
        });
    }
    out
}

/// The connection from outside that leads to it: of its system, of the vendor that maintains it from outside, of its segment.
fn behind(asset: &Asset, connections: &[Connection]) -> Option<Behind> {
    let segment = folded(&asset.segment);
    let of_system = |one: &&Connection| asset.system.is_some_and(|system| one.systems.contains(&system));
    let of_vendor = |one: &&Connection| {
        asset.remote_maintenance == Some(true)
            && asset.vendor.is_some_and(|vendor| one.other_end == Some(Party::Vendor(vendor)))
    };
    let of_segment = |one: &&Connection| !segment.is_empty() && folded(&one.segment) == segment;
    let found = connections
        .iter()
        .find(of_system)
        .or_else(|| connections.iter().find(of_vendor))
        .or_else(|| connections.iter().find(of_segment))?;
    Some(Behind::new(&found.name, &found.cutter, &found.cutter_at_night, &found.how_to_cut))
}
