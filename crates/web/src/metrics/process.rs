//! What the system says of this process, under the names every Prometheus client gives it. Only where there is a `/proc`.

use hakutaku_model::figures::{Form, Page};
use std::time::{SystemTime, UNIX_EPOCH};

/// The kernel counts processor time in hundredths of a second for programs, whatever its own clock (proc(5), `USER_HZ`).
const TICKS: f64 = 100.0;

pub(super) fn write(page: &mut Page, started: SystemTime) {
    let since = started.duration_since(UNIX_EPOCH).unwrap_or_default();
    page.one("process_start_time_seconds", Form::Gauge, "When the process started (Unix time).", since.as_secs());
    let read = |name: &str| std::fs::read_to_string(format!("/proc/self/{name}")).unwrap_or_default();
    if let Some(seconds) = processor_seconds(&read("stat")) {
        page.one("process_cpu_seconds_total", Form::Counter, "Processor time, user and system.", seconds);
    }
    let status = read("status");
    let memory = [
        ("process_resident_memory_bytes", "VmRSS:", "Memory in use."),
        ("process_virtual_memory_bytes", "VmSize:", "Addresses taken."),
    ];
    for (name, field, help) in memory {
        if let Some(bytes) = bytes(&status, field) {
            page.one(name, Form::Gauge, help, bytes);
        }
    }
    if let Ok(open) = std::fs::read_dir("/proc/self/fd") {
        // The look itself holds one.
        page.one("process_open_fds", Form::Gauge, "File descriptors in use.", open.count().saturating_sub(1));
    }
    if let Some(most) = most_descriptors(&read("limits")) {
        page.one("process_max_fds", Form::Gauge, "File descriptors allowed.", most);
    }
}

/// Fields 14 and 15 of `stat`; the name in field 2 may hold anything but ends with the last parenthesis.
fn processor_seconds(stat: &str) -> Option<f64> {
    let (_, fields) = stat.rsplit_once(") ")?;
    let fields: Vec<&str> = fields.split(' ').collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / TICKS)
}

fn bytes(status: &str, field: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
}

fn most_descriptors(limits: &str) -> Option<u64> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_kernel_writes_is_read() {
        let stat = "4711 (a) b (c) S 1 4711 4711 0 -1 4194560 2345 0 3 0 250 50 0 0 20 0 9 0 12345 1 2 3";
        assert_eq!(processor_seconds(stat), Some(3.0));
        assert_eq!(bytes("Name:\tx\nVmRSS:\t   12 kB\n", "VmRSS:"), Some(12 * 1024));
        let limits = "Limit   Soft Limit   Hard Limit   Units\nMax open files            1024                 524288               files\n";
        assert_eq!(most_descriptors(limits), Some(1024));
        assert_eq!((processor_seconds(""), bytes("", "VmRSS:"), most_descriptors("")), (None, None, None));
    }
}
