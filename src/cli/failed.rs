//! Why a verb ended without its result.

use crate::{
    exit::Exit,
    worker::{Failure, FailureKind},
};

/// Why a verb ended without its result.
#[derive(Debug)]
pub struct Failed {
    pub exit: Exit,
    /// For the terminal.
    pub text: String,
}

impl Failed {
    pub fn new(text: impl ToString) -> Self {
        Self {
            exit: Exit::Failed,
            text: text.to_string(),
        }
    }

    pub fn usage(text: impl ToString) -> Self {
        Self {
            exit: Exit::Usage,
            text: text.to_string(),
        }
    }
}

impl From<Failure> for Failed {
    fn from(failure: Failure) -> Self {
        let exit = match failure.kind {
            FailureKind::Subscription => Exit::Refused,
            FailureKind::Input | FailureKind::System => Exit::Failed,
        };
        Self {
            exit,
            text: failure.text,
        }
    }
}
