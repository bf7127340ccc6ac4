//! Pure: which columns of a table are shown, and how wide, in a limited room.

/// Between two columns.
pub(super) const GAP: usize = 2;

/// A column and the room that it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Column {
    /// Its place among all of them.
    pub index: usize,
    /// Its longest word: it cannot be narrower.
    pub word: usize,
    /// Its longest line; once arranged, its width.
    pub width: usize,
}

/// The columns that are shown and their widths: all of them where they fit; else without spare
/// ones, the first named first; else the widest are narrowed. None when not even the longest words
/// fit side by side.
pub(super) fn arrange(
    mut columns: Vec<Column>,
    spare: &[usize],
    room: usize,
) -> Option<Vec<Column>> {
    for gone in spare {
        if taken(&columns, |column| column.width) <= room {
            break;
        }
        columns.retain(|column| column.index != *gone);
    }
    if taken(&columns, |column| column.word) > room {
        return None;
    }
    while taken(&columns, |column| column.width) > room {
        let broad = columns
            .iter_mut()
            .filter(|column| column.width > column.word);
        broad.max_by_key(|column| column.width)?.width -= 1;
    }
    Some(columns)
}

fn taken(columns: &[Column], width: impl Fn(&Column) -> usize) -> usize {
    let gaps = columns.len().saturating_sub(1) * GAP;
    columns.iter().map(width).sum::<usize>() + gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(sizes: &[(usize, usize)]) -> Vec<Column> {
        let column = |(index, (word, width)): (usize, &(usize, usize))| Column {
            index,
            word: *word,
            width: *width,
        };
        sizes.iter().enumerate().map(column).collect()
    }

    fn widths(sizes: &[(usize, usize)], spare: &[usize], room: usize) -> Option<Vec<usize>> {
        let arranged = arrange(columns(sizes), spare, room)?;
        Some(arranged.iter().map(|column| column.width).collect())
    }

    #[test]
    fn what_fits_exactly_is_not_broken() {
        let sizes = [(7, 7), (32, 32), (11, 15), (10, 10), (6, 6)];
        assert_eq!(widths(&sizes, &[3], 78), Some(vec![7, 32, 15, 10, 6]));
        assert_eq!(widths(&sizes, &[3], 77), Some(vec![7, 32, 15, 6]));
        assert_eq!(widths(&sizes, &[], 77), Some(vec![7, 32, 14, 10, 6]));
    }

    #[test]
    fn the_widest_is_narrowed_down_to_its_longest_word() {
        assert_eq!(widths(&[(5, 30), (8, 12)], &[], 32), Some(vec![18, 12]));
        assert_eq!(widths(&[(5, 30), (8, 12)], &[], 15), Some(vec![5, 8]));
        assert_eq!(widths(&[(5, 30), (8, 12)], &[], 14), None);
    }
}
