//! A set of ports that stays small: a short list, then a map of bits.

/// Ports kept as a list.
const FEW: usize = 64;
/// Longest text of a set.
const TEXT: usize = 240;

/// Ports that were touched.
#[derive(Debug, Default)]
pub struct Ports {
    few: Vec<u16>,
    many: Option<Box<[u64; 1024]>>,
    count: usize,
}

impl Ports {
    /// Adds one; says whether it is new. `may_grow`: whether this set may take 8 KiB; one that may not stops counting at
    /// 64 ports (and says that all further ones are known).
    pub fn add(&mut self, port: u16, may_grow: bool) -> bool {
        if self.has(port) {
            return false;
        }
        if self.many.is_none() {
            if self.few.len() < FEW {
                self.few.push(port);
                self.count += 1;
                return true;
            }
            if !may_grow {
                return false;
            }
            let mut bits = Box::new([0; 1024]);
            for port in std::mem::take(&mut self.few) {
                mark(&mut bits, port);
            }
            self.many = Some(bits);
        }
        if let Some(bits) = &mut self.many {
            mark(bits, port);
            self.count += 1;
        }
        true
    }

    /// Whether it is in the set.
    #[must_use]
    pub fn has(&self, port: u16) -> bool {
        match &self.many {
            Some(bits) => bits.get(usize::from(port / 64)).is_some_and(|word| word >> (port % 64) & 1 == 1),
            None => self.few.contains(&port),
        }
    }

    /// How many.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Whether it takes 8 KiB.
    #[must_use]
    pub fn is_large(&self) -> bool {
        self.many.is_some()
    }

    /// `21-23,80,443`; with `…` at the end if there are more than fit.
    #[must_use]
    pub fn text(&self) -> String {
        let mut sorted = self.few.clone();
        sorted.sort_unstable();
        let all: Box<dyn Iterator<Item = u16>> = match &self.many {
            Some(_) => Box::new((0..=u16::MAX).filter(|port| self.has(*port))),
            None => Box::new(sorted.into_iter()),
        };
        let mut out = String::new();
        let mut run: Option<(u16, u16)> = None;
        let write = |out: &mut String, (from, to): (u16, u16)| {
            let comma = if out.is_empty() { "" } else { "," };
            let text = if from == to { format!("{comma}{from}") } else { format!("{comma}{from}-{to}") };
            if out.len() + text.len() > TEXT {
                return false;
            }
            out.push_str(&text);
            true
        };
        for port in all {
            run = match run {
                Some((from, to)) if to.checked_add(1) == Some(port) => Some((from, port)),
                Some(done) => {
                    if !write(&mut out, done) {
                        out.push_str(",…");
                        return out;
                    }
                    Some((port, port))
                }
                None => Some((port, port)),
            };
        }
        if let Some(done) = run
            && !write(&mut out, done)
        {
            out.push_str(",…");
        }
        out
    }
}

fn mark(bits: &mut [u64; 1024], port: u16) {
    if let Some(word) = bits.get_mut(usize::from(port / 64)) {
        *word |= 1 << (port % 64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_counted_once_and_shown_as_ranges() {
        let mut ports = Ports::default();
        for port in [443, 22, 21, 80, 23, 22] {
            ports.add(port, true);
        }
        assert_eq!((ports.count(), ports.text().as_str()), (5, "21-23,80,443"));
        for port in 0..=u16::MAX {
            ports.add(port, true);
        }
        assert_eq!((ports.count(), ports.text().as_str()), (65_536, "0-65535"));
    }

    #[test]
    fn a_long_list_is_cut_at_a_whole_port_and_a_set_that_may_not_grow_stays_small() {
        let mut ports = Ports::default();
        for port in (0..2000).step_by(2) {
            ports.add(port, true);
        }
        assert!(ports.text().len() < 256 && ports.text().ends_with(",…"));
        let mut small = Ports::default();
        for port in (0..2000).step_by(2) {
            small.add(port, false);
        }
        assert_eq!((small.count(), small.is_large()), (64, false));
    }
}
