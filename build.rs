//! Lists the bundled migrations, so that adding one is adding its two files.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "cargo talks to build scripts over the environment and stdout"
)]

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let folder = |name: &str| Path::new(&root).join("sql").join(name);
    let (migrations, undo) = (folder("migrations"), folder("undo"));
    println!("cargo::rerun-if-changed={}", migrations.display());
    println!("cargo::rerun-if-changed={}", undo.display());

    let mut names = Vec::new();
    for entry in fs::read_dir(&migrations)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();

    let mut code = String::from("&[\n");
    for name in names {
        let undo_name = name.replacen('V', "U", 1);
        let text = |path: &Path| format!("include_str!({:?})", path.display().to_string());
        let (up, down) = (text(&migrations.join(&name)), text(&undo.join(&undo_name)));
        writeln!(code, "    ({name:?}, {up}, {down}),").map_err(io::Error::other)?;
    }
    code.push_str("]\n");
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&out).join("bundled_migrations.rs"), code)
}
