//! Text as people write it: NFC, and "did you mean".

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The text in the composed form (NFC); decomposed text (NFD) is composed, other text is returned as it is.
///
/// ```
/// assert_eq!(xeploai::text::nfc("tie\u{0302}u chi\u{0301}"), "tiêu chí");
/// ```
pub fn nfc(text: &str) -> Cow<'_, str> {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => Cow::Borrowed(text),
        _ => Cow::Owned(text.nfc().collect()),
    }
}

/// The known name that a wrong one most likely meant, where one is near enough.
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A very long text is no misspelling, and the distance costs the product of the lengths.
    if wrong.len() > 80 {
        return None;
    }
    // A name that only lacks its beginning or its end is near too, but a misspelling is nearer.
    const PART: usize = 100;
    known
        .into_iter()
        .filter_map(|name| {
            let distance = strsim::damerau_levenshtein(wrong, name);
            let most = slips(name);
            let part = wrong.len() >= 5 && (name.ends_with(wrong) || name.starts_with(wrong));
            match distance {
                0 => None,
                _ if distance <= most => Some((distance, name)),
                _ => part.then_some((PART, name)),
            }
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// The known name of which a wrong one is a slip of the pen. A part of a name is none: it may well be another name.
pub fn misspelt<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest(wrong, known).filter(|name| strsim::damerau_levenshtein(wrong, name) <= slips(name))
}

/// How many letters of a name may be wrong for it still to be meant.
fn slips(name: &str) -> usize {
    1_usize.max(name.len().min(12) / 4)
}

/// At most so many characters of a text, with an ellipsis where something was left out.
pub fn shorten(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => Cow::Owned([text.get(..end).unwrap_or(""), "…"].concat()),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_only_what_is_near() {
        let known = ["tasks_done", "tasks_late", "score_general"];
        assert_eq!(nearest("task_done", known), Some("tasks_done"));
        assert_eq!(nearest("tasks_lat", known), Some("tasks_late"));
        assert_eq!(nearest("tasks_done", ["unit_tasks_late", "unit_tasks_done"]), Some("unit_tasks_done"));
        assert_eq!(nearest("salary", known), None);
        assert_eq!(nearest(&"x".repeat(10_000_000), known), None);
    }

    #[test]
    fn shortens_by_characters() {
        assert_eq!(shorten("điều khoản", 4), "điều…");
        assert_eq!(shorten("điều", 4), "điều");
    }
}
