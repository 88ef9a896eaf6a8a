//! The `synod` binary; see [`synod::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    synod::cli::main()
}
