//! The fingerprint of a schema: equal for equal schemas, whatever the server's version and the schema's name.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::model::{Catalog, Relation};
use super::normal;
use crate::error::{Error, Result};

impl Catalog {
    /// SHA-256, in hexadecimal, of the canonical form: definitions normalised, every list in its order, no schema.
    ///
    /// # Errors
    /// A defect of hangmeas: the model cannot be written as JSON.
    pub fn fingerprint(&self) -> Result<String> {
        let text = serde_json::to_vec(&self.canonical())
            .map_err(|error| Error::bug("the catalog cannot be written").caused_by(error))?;
        let mut hex = String::with_capacity(64);
        for byte in Sha256::digest(text) {
            let _ = write!(hex, "{byte:02x}");
        }
        Ok(hex)
    }

    fn canonical(&self) -> Self {
        let mut canonical = self.clone();
        canonical.schemas.clear();
        canonical
            .relations
            .retain(|name, _| !self.is_elsewhere(name));
        canonical
            .sequences
            .retain(|name, _| !self.is_elsewhere(name));
        canonical.relations.values_mut().for_each(normalise);
        for function in canonical.functions.values_mut() {
            if let Some(definition) = &mut function.definition {
                *definition = definition.trim().to_owned();
            }
        }
        for extension in canonical.extensions.values_mut() {
            extension.schema.clear();
        }
        canonical
    }
}

fn normalise(relation: &mut Relation) {
    if let Some(definition) = &mut relation.definition {
        *definition = normal::query(definition);
    }
    for constraint in relation.constraints.values_mut() {
        constraint.definition = normal::definition(&constraint.definition);
    }
    for index in relation.indexes.values_mut() {
        index.definition = normal::index(&index.definition);
    }
    for trigger in relation.triggers.values_mut() {
        trigger.definition = normal::definition(&trigger.definition);
    }
}
