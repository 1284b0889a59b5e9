//! Exit codes.

use std::process::ExitCode;

/// The outcome of a verb or of the self-test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Done,
    /// Something failed and was named.
    Failed,
    /// Wrong usage.
    Usage,
    /// Refused by the quota or the subscription.
    Refused,
    /// Ended by this signal.
    Signal(u8),
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Refused => 3,
            Exit::Signal(number) => 128 + number,
        })
    }
}
