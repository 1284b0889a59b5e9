//! How urgent a thread is to the system.

use thread_priority::{ThreadPriority, ThreadPriorityValue, set_current_thread_priority};

/// On a scale of 0 to 99 with 50 as the default: nice 10 on Linux, "below normal" on Windows.
const LOW: u8 = 25;

/// Lowers the priority of the calling thread for the rest of its life, below the window, queries
/// and other programs. If the system refuses, the thread keeps its priority and still works.
pub fn lower() {
    if let Ok(low) = ThreadPriorityValue::try_from(LOW) {
        let _ = set_current_thread_priority(ThreadPriority::Crossplatform(low));
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    /// The nice value of the thread that asks: the 19th field of its `stat`.
    fn nice() -> i32 {
        let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
        let after_name = stat.rsplit_once(") ").unwrap().1;
        after_name.split(' ').nth(16).unwrap().parse().unwrap()
    }

    #[test]
    fn only_the_thread_that_asks_is_lowered() {
        let before = nice();
        let lowered = std::thread::spawn(|| {
            super::lower();
            nice()
        });
        assert!(lowered.join().unwrap() >= before + 5);
        assert_eq!(nice(), before);
    }
}
