//! A text for people in the languages of the product.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A language of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    En,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    ZhCn,
}

impl Language {
    /// The language tag, as in `Accept-Language` and in documents.
    pub fn tag(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::ZhCn => "zh-CN",
        }
    }

    /// Reads one tag; any `zh…` is Chinese, any `en…` is English.
    pub fn from_tag(tag: &str) -> Option<Language> {
        let tag = tag.trim().to_ascii_lowercase();
        match tag.split(['-', '_']).next()? {
            "zh" => Some(Language::ZhCn),
            "en" => Some(Language::En),
            _ => None,
        }
    }

    /// The first language of an `Accept-Language` header that the product speaks, by weight.
    pub fn from_accept_language(header: &str) -> Option<Language> {
        let mut choices: Vec<(f32, Language)> = header
            .split(',')
            .take(16)
            .filter_map(|part| {
                let mut pieces = part.split(';');
                let language = Language::from_tag(pieces.next()?)?;
                let weight = pieces
                    .find_map(|piece| piece.trim().strip_prefix("q=")?.parse().ok())
                    .unwrap_or(1.0);
                Some((weight, language))
            })
            .collect();
        choices.sort_by(|a, b| b.0.total_cmp(&a.0));
        choices.first().filter(|choice| choice.0 > 0.0).map(|choice| choice.1)
    }
}

/// A label in one or both languages; each falls back to the other.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
pub struct Label {
    /// The English text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 200))]
    pub en: Option<String>,
    /// The Chinese text.
    #[serde(default, rename = "zh-CN", skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 200))]
    pub zh_cn: Option<String>,
}

impl Label {
    /// A label in both languages.
    pub fn new(en: &str, zh_cn: &str) -> Label {
        Label { en: Some(en.to_owned()), zh_cn: Some(zh_cn.to_owned()) }
    }

    /// The text in a language, else in the other one.
    pub fn text(&self, language: Language) -> &str {
        let (first, second) = match language {
            Language::En => (&self.en, &self.zh_cn),
            Language::ZhCn => (&self.zh_cn, &self.en),
        };
        first.as_deref().or(second.as_deref()).unwrap_or_default()
    }

    /// Whether the text equals the label in one of its languages, ignoring case and width.
    pub fn matches(&self, text: &str) -> bool {
        let wanted = crate::fold(text);
        [&self.en, &self.zh_cn].into_iter().flatten().any(|own| crate::fold(own) == wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_known_language_wins() {
        assert_eq!(
            Language::from_accept_language("fr, en;q=0.4, zh-TW;q=0.9"),
            Some(Language::ZhCn)
        );
        assert_eq!(Language::from_accept_language("fr"), None);
    }

    #[test]
    fn a_label_falls_back_to_the_other_language() {
        let label = Label { en: Some("Deal".into()), zh_cn: None };
        assert_eq!(label.text(Language::ZhCn), "Deal");
    }
}
