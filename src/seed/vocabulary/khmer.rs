//! The one order in which a Khmer cluster is written, so that equal words are equal text:
//! base, robat or shifter, subscripts (RO last), vowel, signs. NFC does not give it.

/// Where in a cluster we are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Base,
    Shifter,
    Subscript,
    LastSubscript,
    Vowel,
    Sign,
    Outside,
}

/// What is wrong with the Khmer in a text, if anything.
#[must_use]
pub fn disorder(text: &str) -> Option<&'static str> {
    let mut place = Place::Outside;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        place = match letter {
            '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => {
                return Some("an invisible character");
            }
            '\u{1780}'..='\u{17b3}' => Place::Base,
            '\u{17d2}' => match (place <= Place::Subscript, letters.next()) {
                (true, Some('\u{179a}')) => Place::LastSubscript,
                (true, Some('\u{1780}'..='\u{17b3}')) => Place::Subscript,
                (false, Some('\u{1780}'..='\u{17b3}')) => {
                    return Some("a subscript after a vowel, a sign or the subscript RO");
                }
                _ => return Some("a subscript sign without its consonant"),
            },
            '\u{17c9}' | '\u{17ca}' | '\u{17cc}' if place > Place::Base => {
                return Some("a shifter that does not follow its consonant");
            }
            '\u{17c9}' | '\u{17ca}' | '\u{17cc}' => Place::Shifter,
            '\u{17b6}'..='\u{17c5}' if place > Place::LastSubscript => {
                return Some("a vowel after a vowel or a sign");
            }
            '\u{17b6}'..='\u{17c5}' => Place::Vowel,
            '\u{17c6}'..='\u{17c8}' | '\u{17cb}' | '\u{17cd}'..='\u{17d1}' => match place {
                Place::Outside => return Some("a sign without a letter"),
                _ => Place::Sign,
            },
            _ => Place::Outside,
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_what_is_in_order() {
        for text in ["ស្រីមុំ", "តន្ត្រី", "បន្ទាយមានជ័យ", "ប៉ី ស៊ូ", "Dara តារា ១២៣", "ចាំ"]
        {
            assert_eq!(disorder(text), None, "{text}");
        }
    }

    #[test]
    fn names_what_is_not() {
        // The guide's own spelling of "music": the subscript RO before the subscript TA.
        assert!(disorder("ត\u{1793}\u{17d2}\u{179a}\u{17d2}\u{178f}\u{17b8}").is_some());
        assert!(disorder("សុខ\u{200b}ដារា").is_some());
        assert!(disorder("\u{1780}\u{17b6}\u{17d2}\u{1781}").is_some());
        assert!(disorder("\u{1780}\u{17c6}\u{17bb}").is_some());
        assert!(disorder("\u{1780}\u{17d2}").is_some());
        assert!(disorder("\u{17b6}").is_some());
    }
}
