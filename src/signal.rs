//! Signals that ask the program to end: it commits what is done, and says where it goes on.

use crossbeam_channel::{Receiver, bounded};

/// The number of a signal, as the shell counts: the exit code is 128 more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal(pub u8);

/// Listens for the signals that ask to end. The first is sent to the receiver; a second one ends
/// the process at once.
///
/// The receiver is closed where the system lets nobody listen; signals then end the process as if
/// this had not been called.
#[cfg(unix)]
pub fn listen() -> Receiver<Signal> {
    use signal_hook::{
        consts::{SIGHUP, SIGINT, SIGTERM},
        iterator::Signals,
    };

    let (tell, told) = bounded(1);
    let mut wanted = vec![SIGINT, SIGTERM];
    if !ignores_hangup() {
        wanted.push(SIGHUP);
    }
    let Ok(mut signals) = Signals::new(wanted) else {
        return told;
    };
    let listen = move || {
        let mut numbers = signals.forever();
        if let Some(first) = numbers.next() {
            // Whoever does not listen any more is ending already.
            let _ = tell.send(Signal(u8::try_from(first).unwrap_or(0)));
        }
        if let Some(second) = numbers.next() {
            std::process::exit(128 + second);
        }
    };
    // Without its thread nobody listens.
    let _ = std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(listen);
    told
}

/// The user asked, with `nohup`, that the end of the terminal end nothing.
#[cfg(unix)]
fn ignores_hangup() -> bool {
    // Linux: bit n - 1 of SigIgn stands for signal n, proc(5). Elsewhere it is not known.
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & 1 == 1)
}

/// See the other: here Ctrl C, Ctrl Break and the end of the console or session.
#[cfg(not(unix))]
pub fn listen() -> Receiver<Signal> {
    /// SIGINT.
    const INTERRUPT: u8 = 2;
    let (tell, told) = bounded(1);
    let mut is_second = false;
    let handler = move || {
        if std::mem::replace(&mut is_second, true) {
            std::process::exit(128 + i32::from(INTERRUPT));
        }
        // Whoever does not listen any more is ending already.
        let _ = tell.send(Signal(INTERRUPT));
    };
    // Where there is no console, there is nothing to listen to.
    let _ = ctrlc::set_handler(handler);
    told
}
