//! Finding the block in a file and putting another in its place.

const FIRST: &str = "# == Schema Information";

/// Comments that Ruby or its tools read, and which must stay first.
const MAGIC: [&str; 5] = [
    "frozen_string_literal:",
    "encoding:",
    "coding:",
    "typed:",
    "warn_indent:",
];

/// The file with the block in the place of the one it had, or before everything but magic comments.
pub(super) fn replaced(text: &str, block: &str) -> String {
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let block = block.replace('\n', newline);
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let first = lines.iter().position(|line| line.trim_end() == FIRST);
    if let Some(first) = first {
        let length = lines[first..]
            .iter()
            .take_while(|line| is_ours(line))
            .count();
        let (before, after) = (lines[..first].concat(), lines[first + length..].concat());
        return before + &block + &after;
    }
    let magic = lines.iter().take_while(|line| is_magic(line)).count();
    let head = lines[..magic].concat();
    let rest = lines[magic..].concat();
    let gap = if magic > 0 { newline } else { "" };
    let rest = if magic > 0 {
        rest.trim_start_matches(['\r', '\n'])
    } else {
        rest.as_str()
    };
    head + gap + &block + newline + rest
}

fn is_magic(line: &str) -> bool {
    let comment = line
        .strip_prefix('#')
        .map(str::trim_start)
        .unwrap_or_default();
    let comment = comment.trim_start_matches("-*-").trim_start();
    line.starts_with("#!") || MAGIC.iter().any(|magic| comment.starts_with(magic))
}

/// Whether a line can be one of a block. A remark that somebody wrote right below it is not: its text
/// begins one space after the `#`.
fn is_ours(line: &str) -> bool {
    let line = line.trim_end();
    let headings = ["# Indexes", "# Foreign Keys", "# Check Constraints"];
    line == "#"
        || line == FIRST
        || line.starts_with("# Table name: ")
        || line.starts_with("#  ")
        || headings.contains(&line)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK: &str =
        "# == Schema Information\n#\n# Table name: votes\n#\n#  id :bigint not null\n#\n";

    #[test]
    fn a_block_is_put_in_and_then_stays() {
        let file = "# frozen_string_literal: true\n\n# Somebody votes.\nclass Vote < ApplicationRecord\nend\n";
        let once = replaced(file, BLOCK);
        assert_eq!(
            once,
            format!(
                "# frozen_string_literal: true\n\n{BLOCK}\n# Somebody votes.\nclass Vote < ApplicationRecord\nend\n"
            )
        );
        assert_eq!(replaced(&once, BLOCK), once);
        let bare = "class Vote < ApplicationRecord\nend\n";
        let once = replaced(bare, BLOCK);
        assert_eq!(once, format!("{BLOCK}\n{bare}"));
        assert_eq!(replaced(&once, BLOCK), once);
    }

    #[test]
    fn only_the_block_changes() {
        let old = "# == Schema Information\n#\n# Table name: votes\n#\n#  id   :integer\n#  gone :string\n#\n# Indexes\n#\n#  i  (id)\n#\n# Kept: by hand.\nclass Vote < ApplicationRecord\nend\n\n#  == Not a block\n";
        let new = replaced(old, BLOCK);
        assert_eq!(
            new,
            format!(
                "{BLOCK}# Kept: by hand.\nclass Vote < ApplicationRecord\nend\n\n#  == Not a block\n"
            )
        );
    }

    #[test]
    fn line_ends_stay_what_they_are() {
        let once = replaced("class Vote < X\r\nend\r\n", BLOCK);
        assert!(!once.replace("\r\n", "").contains('\n'));
        assert_eq!(replaced(&once, BLOCK), once);
    }
}
