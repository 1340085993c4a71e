//! Packets of any bytes, and any order of packets and pauses: the detector never panics, keeps its memory within bounds and
//! writes no more touches than there were packets.

#![no_main]

use hakutaku_decoy::scan::packet::{Opening, ipv4, tcp, udp};
use hakutaku_decoy::scan::watch::{Accepted, Packet, Watch};
use hakutaku_model::touch::FIELD;
use libfuzzer_sys::fuzz_target;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

fuzz_target!(|data: &[u8]| {
    // The bytes as a packet, and behind an internet header.
    for payload in [Some(data), ipv4(data).map(|(_, _, payload)| payload)].into_iter().flatten() {
        if let Some(header) = tcp(payload) {
            assert!(!header.opening.is_udp() && payload.len() >= 14);
        }
        if let Some(header) = udp(payload) {
            assert!(header.opening.is_udp() && payload.len() >= 6);
        }
    }

    // The bytes as events: eight each.
    let openings = [Opening::Syn, Opening::Fin, Opening::Null, Opening::Xmas, Opening::Odd, Opening::Udp];
    let (mut watch, accepted) = (Watch::new(4), Accepted::default());
    let (mut now, mut packets, mut touches) = (Instant::now(), 0, 0);
    for event in data.as_chunks::<8>().0 {
        let [what, source, high, low, dest, opening, pause, from] = *event;
        now += Duration::from_millis(u64::from(pause) * u64::from(pause) * 2);
        let source = SocketAddr::new(IpAddr::from([10, 0, 0, source]), 1024 + u16::from(from));
        let packet = Packet {
            source,
            dest: (dest > 0).then(|| IpAddr::from([10, 1, 0, dest])),
            port: u16::from_be_bytes([high, low]),
            opening: openings[usize::from(opening) % openings.len()],
        };
        match what % 4 {
            0 => watch.begin(packet, now),
            1 => accepted.add(source, packet.port),
            _ => watch.knock(packet, now),
        }
        packets += usize::from(what % 4 != 1);
        if what & 0x80 != 0 {
            let written = watch.due(now, &accepted);
            assert!(written.iter().all(|draft| draft.detail.values().all(|value| value.len() <= FIELD * 4)));
            touches += written.len();
        }
    }
    touches += watch.rest(now, &accepted).len();
    assert!(touches <= packets, "{touches} touches of {packets} packets");
    assert!(watch.rest(now, &accepted).is_empty(), "nothing is written twice");
});
