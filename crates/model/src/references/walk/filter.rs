//! Names in filters.

use serde_json::{Map, Value as Json};

use super::Walker;
use crate::filter::Quantifier;
use crate::references::{Place, Target};

impl Walker<'_> {
    /// A filter under a key.
    pub(super) fn filter_at(
        &mut self,
        entity: &str,
        object: &mut Map<String, Json>,
        key: &str,
        place: Place,
    ) {
        if let Some(filter) = object.get_mut(key) {
            self.under(key, |walker| walker.filter(entity, filter, place));
        }
    }

    fn filter(&mut self, entity: &str, filter: &mut Json, place: Place) {
        let Some(object) = filter.as_object_mut() else { return };
        for key in ["and", "or"] {
            self.items(object.get_mut(key), key, &mut |walker, item| {
                walker.filter(entity, item, place);
                false
            });
        }
        self.filter_at(entity, object, "not", place);
        let Some(Json::String(mut text)) = object.get("field").cloned() else { return };
        for quantifier in Quantifier::ALL {
            if object.contains_key(quantifier.name()) {
                let Some((source, link)) = self.names.inverse(entity, &text) else { return };
                let (source, link) = (source.to_owned(), link.to_owned());
                let target =
                    Target::Inverse { entity: entity.to_owned(), source: source.clone(), link };
                self.under("field", |walker| walker.say(&target, place, &mut text));
                object.insert("field".to_owned(), Json::String(text));
                self.filter_at(&source, object, quantifier.name(), place);
                return;
            }
        }
        let followed = self.under("field", |w| w.field_path(entity, &mut text, place));
        object.insert("field".to_owned(), Json::String(text));
        let op = object.get("op").and_then(Json::as_str).unwrap_or_default();
        if !matches!(op, "eq" | "ne" | "in" | "not_in") {
            return;
        }
        let (Some(field), Some(value)) = (followed.end, object.get_mut("value")) else { return };
        if value.is_array() {
            self.items(Some(value), "value", &mut |walker, item| {
                walker.choice(&field, item, place)
            });
        } else {
            self.under("value", |walker| walker.choice(&field, value, place));
        }
    }
}
