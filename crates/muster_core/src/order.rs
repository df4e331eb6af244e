//! Putting a few things in order.

/// Sorts a short list, or one that nearly is in order; equals stay as they are. The standard library's sort is for long
/// ones, and weighs six kilobytes for each kind of item.
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

    use super::sort_few;

    proptest! {
        #[test]
        fn the_order_is_that_of_a_stable_sort(items in prop::collection::vec(0_u8..9, 0..20)) {
            let mut numbered: Vec<(u8, usize)> = items.into_iter().zip(0..).collect();
            let mut expected = numbered.clone();
            expected.sort_by_key(|&(item, _)| item);
            sort_few(&mut numbered, |&(item, _)| item);
            prop_assert_eq!(numbered, expected);
        }
    }
}
