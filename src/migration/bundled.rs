//! The migrations that come with hangmeas, compiled in by `build.rs`.

use super::file::{MigrationFile, Origin, Script, parse_file_name};
use super::refinery::checksum;
use crate::error::{Error, Result};

/// File name, SQL, SQL of the undo.
const FILES: &[(&str, &str, &str)] = include!(concat!(env!("OUT_DIR"), "/bundled_migrations.rs"));

/// The bundled migrations in order.
pub(super) fn migrations() -> Result<Vec<MigrationFile>> {
    FILES.iter().map(|file| migration(*file)).collect()
}

fn migration((file, sql, undo): (&str, &str, &str)) -> Result<MigrationFile> {
    let name = parse_file_name(file).map_err(Error::bug)?;
    let script = Script::new(format!("sql/migrations/{file}"), sql);
    let undo = Script::new(format!("sql/undo/{}", file.replacen('V', "U", 1)), undo);
    Ok(MigrationFile {
        checksum: checksum(name.version, &name.name, &script.sql),
        version: name.version,
        name: name.name,
        origin: Origin::Bundled,
        script,
        undo: Some(undo),
    })
}
