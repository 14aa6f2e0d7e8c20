//! Order in short lists of every type. The sort of the standard library is made anew for each type and each comparison, 5 to 20
//! kB of every program that links the library; where a list is short, one sort of places serves them all.

use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Puts a list in order; what compares equal stays as it stood.
pub(crate) fn sort_by<T>(list: &mut Vec<T>, mut compare: impl FnMut(&T, &T) -> Ordering) {
    let order = places(list.len(), &mut |one, two| match (list.get(one), list.get(two)) {
        (Some(one), Some(two)) => compare(one, two),
        _ => Ordering::Equal,
    });
    let mut old: Vec<Option<T>> = std::mem::take(list).into_iter().map(Some).collect();
    list.extend(order.into_iter().filter_map(|place| old.get_mut(place)?.take()));
}

/// Puts a list in the order of keys; what has the same key stays as it stood.
pub(crate) fn sort_by_key<T, K: Ord>(list: &mut Vec<T>, key: impl Fn(&T) -> K) {
    sort_by(list, |one, two| key(one).cmp(&key(two)));
}

fn places(len: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..len).collect();
    order.sort_by(|one, two| compare(*one, *two));
    order
}

/// A map of entries, of which a later one takes the place of an earlier one; to collect them would sort them first.
pub(crate) fn map<K: Ord, V>(entries: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    entries.into_iter().for_each(|(key, value)| {
        map.insert(key, value);
    });
    map
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_as_the_standard_library_does() {
        let mut state = 7_u64;
        for len in 0..200_usize {
            let list: Vec<(u64, usize)> = (0..len)
                .map(|place| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    (state >> 60, place)
                })
                .collect();
            let (mut own, mut std) = (list.clone(), list);
            sort_by_key(&mut own, |one| std::cmp::Reverse(one.0));
            std.sort_by_key(|one| std::cmp::Reverse(one.0));
            assert_eq!(own, std);
            sort_by(&mut own, |one, two| one.0.cmp(&two.0));
            std.sort_by_key(|one| one.0);
            assert_eq!(own, std);
            assert_eq!(map(own.iter().copied()), std.into_iter().collect());
        }
    }
}
