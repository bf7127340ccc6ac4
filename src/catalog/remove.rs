//! Taking an object out of the model.

use super::model::Catalog;
use super::object::{ObjectId, ObjectKind};

impl Catalog {
    /// Forgets an object, and its parts with it.
    pub fn remove(&mut self, object: &ObjectId) {
        let Some(relation) = &object.relation else {
            let name = &object.name;
            match object.kind {
                ObjectKind::Function => drop(self.functions.remove(name)),
                ObjectKind::Sequence => drop(self.sequences.remove(name)),
                ObjectKind::Type => drop(self.types.remove(name)),
                ObjectKind::Extension => drop(self.extensions.remove(name)),
                _ => drop(self.relations.remove(name)),
            }
            return;
        };
        let Some(relation) = self.relations.get_mut(relation) else {
            return;
        };
        match object.kind {
            ObjectKind::Column => drop(relation.columns.remove(&object.name)),
            ObjectKind::Index => drop(relation.indexes.remove(&object.name)),
            ObjectKind::Trigger => drop(relation.triggers.remove(&object.name)),
            _ => {
                relation.constraints.remove(&object.name);
                relation
                    .indexes
                    .retain(|_, index| index.constraint.as_ref() != Some(&object.name));
            }
        }
    }
}
