//! Putting a few things in order.

/// Items that are sorted one by one before they are merged.
const FEW: usize = 16;

/// Sorts a list. All lists of a kind of item share this function.
pub(crate) fn sort<T: Copy + Ord>(items: &mut [T]) {
    sort_by(items, |&item| item);
}

/// Sorts a list; equals stay as they are. What is in order already costs a look. The standard library's sort is a third
/// faster on what isn't, and weighs six kilobytes of module for each kind of item, not one.
pub(crate) fn sort_by<T: Copy, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    for few in items.chunks_mut(FEW) {
        sort_few(few, &key);
    }
    let mut spare = Vec::new();
    let mut width = FEW;
    while width < items.len() {
        for pair in items.chunks_mut(2 * width) {
            if pair.len() > width && key(&pair[width]) < key(&pair[width - 1]) {
                merge(pair, width, &mut spare, &key);
            }
        }
        width *= 2;
    }
}

/// Sorts a list without duplicates.
pub(crate) fn sort_apart<T: Copy + Ord>(items: &mut Vec<T>) {
    sort(items);
    items.dedup();
}

/// Merges what stands before the middle with what stands from there on.
fn merge<T: Copy, K: Ord>(
    items: &mut [T],
    middle: usize,
    spare: &mut Vec<T>,
    key: impl Fn(&T) -> K,
) {
    spare.clear();
    spare.extend_from_slice(&items[..middle]);
    let (mut left, mut right) = (0, middle);
    for at in 0..items.len() {
        let Some(first) = spare.get(left) else { break };
        items[at] = match items.get(right) {
            Some(second) if key(second) < key(first) => {
                right += 1;
                *second
            }
            _ => {
                left += 1;
                *first
            }
        };
    }
}

/// Sorts a short list, or one that nearly is in order, of items that are moved; equals stay as they are.
pub(crate) fn sort_few<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    for end in 1..items.len() {
        let mut at = end;
        while at > 0 && key(&items[at]) < key(&items[at - 1]) {
            items.swap(at - 1, at);
            at -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Numbered = Vec<(u8, usize)>;

    fn numbered(items: &[u8]) -> [Numbered; 2] {
        let numbered: Numbered = items.iter().copied().zip(0..).collect();
        let mut sorted = numbered.clone();
        sorted.sort_by_key(|&(item, _)| item);
        [numbered, sorted]
    }

    proptest! {
        #[test]
        fn the_order_is_that_of_a_stable_sort(items in prop::collection::vec(0_u8..9, 0..200)) {
            let [mut items, expected] = numbered(&items);
            let mut few = items.clone();
            sort_by(&mut items, |&(item, _)| item);
            prop_assert_eq!(&items, &expected);
            sort_few(&mut few, |&(item, _)| item);
            prop_assert_eq!(&few, &expected);
        }
    }

    #[test]
    fn lists_without_duplicates_rise() {
        let mut items: Vec<u32> = (0..1_000).map(|at| at * 7_919 % 300).collect();
        sort_apart(&mut items);
        assert_eq!(items, (0..300).collect::<Vec<_>>());
    }
}
