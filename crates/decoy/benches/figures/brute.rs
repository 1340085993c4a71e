//! Guessing at full speed: visitors without a pause.

use crate::Outcome;
use crate::talk::{Step, act, connect, ssh, telnet, visit};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Instant;

/// Guessers at once, as many as hydra's `-t 16`.
const GUESSERS: usize = 16;

/// What is guessed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guess {
    /// Names and passwords until the door closes, then again. The prompt for a name.
    Telnet(&'static [u8]),
    /// A connection for each guess, closed by the guesser and read to its end: the peer answers no guess. The prompt.
    TelnetOnce(&'static [u8]),
    /// Whole key exchanges.
    Ssh,
    /// A sign-in form, a connection each.
    Http,
    /// Registers read over standing connections: the cheapest touch.
    Modbus,
}

/// Guessers at work; they end when this is dropped or ended.
pub(crate) struct Brute {
    stop: Arc<AtomicBool>,
    done: Arc<AtomicU64>,
    workers: Vec<JoinHandle<()>>,
    begun: Instant,
}

impl Brute {
    /// Begins.
    pub(crate) fn begin(guess: Guess, address: SocketAddr) -> Self {
        Self::many(guess, address, GUESSERS)
    }

    /// Begins with so many guessers.
    pub(crate) fn many(guess: Guess, address: SocketAddr, guessers: usize) -> Self {
        let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let workers = (0..guessers)
            .map(|_| {
                let (stop, done) = (stop.clone(), done.clone());
                std::thread::spawn(move || {
                    while !stop.load(Ordering::Relaxed) {
                        // A closed door is knocked at again.
                        let _ = turn(guess, address, &stop, &done);
                    }
                })
            })
            .collect();
        Self { stop, done, workers, begun: Instant::now() }
    }

    /// Guesses answered so far.
    pub(crate) fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Guesses answered a second, in the end.
    #[expect(clippy::cast_precision_loss, reason = "a count of a bench")]
    pub(crate) fn end(mut self) -> f64 {
        let rate = self.done() as f64 / self.begun.elapsed().as_secs_f64();
        self.stop.store(true, Ordering::Relaxed);
        for worker in self.workers.drain(..) {
            let _ = worker.join();
        }
        rate
    }
}

impl Drop for Brute {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// A sign-in form as both products take it.
pub(crate) const FORM: &[u8] = b"POST /index.html HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 29\r\n\r\nusername=admin&password=guess";

fn turn(guess: Guess, address: SocketAddr, stop: &AtomicBool, done: &AtomicU64) -> Outcome {
    let one = || done.fetch_add(1, Ordering::Relaxed);
    match guess {
        Guess::Telnet(prompt) => {
            let mut stream = connect(address)?;
            let mut steps = telnet(prompt);
            while !stop.load(Ordering::Relaxed) {
                act(&mut stream, &steps)?;
                one();
                // The answer to a guess ends with the next prompt, of which some may have come already.
                steps = vec![
                    Step::Say(b"root\r\n".to_vec()),
                    Step::Wait(b"assword: "),
                    Step::Say(b"guess\r\n".to_vec()),
                    Step::Any,
                ];
            }
        }
        Guess::TelnetOnce(prompt) => {
            let mut stream = connect(address)?;
            act(&mut stream, telnet(prompt).get(..4).unwrap_or_default())?;
            stream.shutdown(std::net::Shutdown::Write)?;
            std::io::copy(&mut stream, &mut std::io::sink())?;
            one();
        }
        Guess::Ssh => {
            act(&mut connect(address)?, &ssh())?;
            one();
        }
        Guess::Http => {
            visit(address, &crate::talk::Way::Tcp(vec![Step::Say(FORM.to_vec()), Step::Any]))?;
            one();
        }
        Guess::Modbus => {
            let mut stream = connect(address)?;
            let steps = [Step::Say(b"\0\x07\0\0\0\x06\x01\x03\0\0\0\x01".to_vec()), Step::Any];
            while !stop.load(Ordering::Relaxed) {
                act(&mut stream, &steps)?;
                one();
            }
        }
    }
    Ok(())
}
