//! Arguments to the window, a headless verb or the self-test; the exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    image_search::cli::main()
}
