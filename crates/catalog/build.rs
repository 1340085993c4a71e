//! Packs `catalog/` for the program: the pages' words as one text per language, everything else as a list of files,
//! each of them compressed. Two megabytes of text are a fifth of that packed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=../../catalog");
    let root = Path::new("../../catalog");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    let mut catalogue = Vec::new();
    let (mut ja, mut en) = (Vec::new(), Vec::new());
    for path in files(root)? {
        let name: Vec<_> = path.strip_prefix(root).into_iter().flatten().filter_map(|part| part.to_str()).collect();
        let mut text = fs::read(&path)?;
        match name.as_slice() {
            ["messages", "ja", _] => ja.append(&mut text),
            ["messages", "en", _] => en.append(&mut text),
            name => {
                // A line with the name, a line with the length, the bytes.
                catalogue.extend(format!("{}\n{}\n", name.join("/"), text.len()).into_bytes());
                catalogue.append(&mut text);
            }
        }
    }
    // The highest level takes seconds in an unoptimised build script, and only a release is carried around.
    let level = if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") { 19 } else { 1 };
    for (name, bytes) in [("catalogue", catalogue), ("ja.ftl", ja), ("en.ftl", en)] {
        fs::write(out.join(format!("{name}.zst")), zstd::encode_all(bytes.as_slice(), level)?)?;
    }
    Ok(())
}

/// All files below a folder, in order of path.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
