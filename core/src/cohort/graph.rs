//! Who comes before whom: neighbours in few arrays, stages, circles. Knows numbers only, nothing of subjects.

use crate::sorted;

/// For each node the nodes behind its arrows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arrows {
    /// Where the targets of each node begin; one more entry than there are nodes.
    starts: Vec<u32>,
    targets: Vec<u32>,
}

impl Arrows {
    /// The arrows of so many nodes, those of a node in the order in which they come.
    pub(crate) fn new(nodes: usize, arrows: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut starts = vec![0_u32; nodes.saturating_add(1)];
        for (from, _) in arrows.clone() {
            if let Some(count) = starts.get_mut((from as usize).saturating_add(1)) {
                *count = count.saturating_add(1);
            }
        }
        let mut sum = 0_u32;
        for start in &mut starts {
            sum = sum.saturating_add(*start);
            *start = sum;
        }
        let mut next = starts.clone();
        let mut targets = vec![0_u32; sum as usize];
        for (from, to) in arrows {
            let Some(place) = next.get_mut(from as usize) else { continue };
            if let Some(target) = targets.get_mut(*place as usize) {
                *target = to;
            }
            *place = place.saturating_add(1);
        }
        Self { starts, targets }
    }

    /// How many nodes there are.
    pub(crate) fn nodes(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// The nodes behind the arrows of a node.
    pub(crate) fn of(&self, node: u32) -> &[u32] {
        let start = self.starts.get(node as usize).copied().unwrap_or(0) as usize;
        let end = self.starts.get((node as usize).saturating_add(1)).copied().unwrap_or(0) as usize;
        self.targets.get(start..end).unwrap_or_default()
    }

    /// The circles: sets of more than one node that all reach each other, and nodes with an arrow to themselves. For each
    /// node the number of its circle, and the circles with their nodes, both in the order of the nodes.
    pub(crate) fn circles(&self) -> (Vec<Option<u32>>, Vec<Vec<u32>>) {
        let mut walk = Walk::new(self);
        for node in 0..self.nodes() as u32 {
            walk.from(node);
        }
        let mut circles = walk.circles;
        circles.iter_mut().for_each(|circle| circle.sort_unstable());
        sorted::sort_by(&mut circles, Ord::cmp);
        let mut places = vec![None; self.nodes()];
        for (number, circle) in (0_u32..).zip(&circles) {
            for node in circle {
                if let Some(place) = places.get_mut(*node as usize) {
                    *place = Some(number);
                }
            }
        }
        (places, circles)
    }

    /// The nodes in an order in which every arrow points forward, and for each node its stage: 1 for those that nothing
    /// comes before, else one more than the largest stage before, where `counts` says that the node is counted, or as
    /// large. Nodes in circles or behind them are in none: their stage is 0.
    pub(crate) fn stages(&self, counts: impl Fn(u32) -> bool) -> (Vec<u32>, Vec<u32>) {
        let mut before = vec![0_u32; self.nodes()];
        for target in &self.targets {
            if let Some(count) = before.get_mut(*target as usize) {
                *count = count.saturating_add(1);
            }
        }
        let mut stages = vec![0_u32; self.nodes()];
        let mut reached = vec![0_u32; self.nodes()];
        let mut order: Vec<u32> =
            (0_u32..).zip(&before).filter(|(_, count)| **count == 0).map(|(node, _)| node).collect();
        let mut next = 0;
        while let Some(node) = order.get(next).copied() {
            next = next.saturating_add(1);
            let stage = reached.get(node as usize).copied().unwrap_or(0).saturating_add(u32::from(counts(node)));
            if let Some(own) = stages.get_mut(node as usize) {
                *own = stage;
            }
            for target in self.of(node) {
                if let Some(reached) = reached.get_mut(*target as usize) {
                    *reached = (*reached).max(stage);
                }
                if let Some(count) = before.get_mut(*target as usize) {
                    *count = count.saturating_sub(1);
                    if *count == 0 {
                        order.push(*target);
                    }
                }
            }
        }
        (order, stages)
    }
}

/// Tarjan's walk, with a stack of its own: chains may be as long as the cohort is large.
struct Walk<'g> {
    arrows: &'g Arrows,
    next: u32,
    /// The number of each node in the order of the walk; 0 where it was not met.
    index: Vec<u32>,
    /// The smallest number that each node reaches.
    low: Vec<u32>,
    open: Vec<bool>,
    stack: Vec<u32>,
    circles: Vec<Vec<u32>>,
}

impl<'g> Walk<'g> {
    fn new(arrows: &'g Arrows) -> Self {
        let nodes = arrows.nodes();
        Self {
            arrows,
            next: 0,
            index: vec![0; nodes],
            low: vec![0; nodes],
            open: vec![false; nodes],
            stack: Vec::new(),
            circles: Vec::new(),
        }
    }

    fn index(&self, node: u32) -> u32 {
        self.index.get(node as usize).copied().unwrap_or(0)
    }

    fn low(&self, node: u32) -> u32 {
        self.low.get(node as usize).copied().unwrap_or(0)
    }

    fn lower(&mut self, node: u32, to: u32) {
        if let Some(low) = self.low.get_mut(node as usize) {
            *low = (*low).min(to);
        }
    }

    fn meet(&mut self, node: u32) {
        self.next = self.next.saturating_add(1);
        for (list, value) in [(&mut self.index, self.next), (&mut self.low, self.next)] {
            if let Some(slot) = list.get_mut(node as usize) {
                *slot = value;
            }
        }
        self.stack.push(node);
        self.set_open(node, true);
    }

    fn set_open(&mut self, node: u32, open: bool) {
        if let Some(slot) = self.open.get_mut(node as usize) {
            *slot = open;
        }
    }

    fn from(&mut self, root: u32) {
        if self.index(root) != 0 {
            return;
        }
        self.meet(root);
        let mut path: Vec<(u32, usize)> = vec![(root, 0)];
        while let Some((node, place)) = path.pop() {
            if let Some(target) = self.arrows.of(node).get(place).copied() {
                path.push((node, place.saturating_add(1)));
                if self.index(target) == 0 {
                    self.meet(target);
                    path.push((target, 0));
                } else if self.open.get(target as usize).copied().unwrap_or(false) {
                    self.lower(node, self.index(target));
                }
                continue;
            }
            if let Some((parent, _)) = path.last().copied() {
                self.lower(parent, self.low(node));
            }
            if self.low(node) == self.index(node) {
                self.close(node);
            }
        }
    }

    /// Takes the nodes that reach each other from the stack.
    fn close(&mut self, root: u32) {
        let mut circle = Vec::new();
        while let Some(node) = self.stack.pop() {
            self.set_open(node, false);
            circle.push(node);
            if node == root {
                break;
            }
        }
        if circle.len() > 1 || self.arrows.of(root).contains(&root) {
            self.circles.push(circle);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrows(nodes: usize, list: &[(u32, u32)]) -> Arrows {
        Arrows::new(nodes, list.iter().copied())
    }

    #[test]
    fn stages_count_what_comes_before() {
        let graph = arrows(5, &[(0, 2), (1, 2), (2, 3), (0, 3)]);
        let (order, stages) = graph.stages(|_| true);
        assert_eq!(order, [0, 1, 4, 2, 3]);
        assert_eq!(stages, [1, 1, 2, 3, 1]);
        // A node that is not counted passes on the stage that it was reached with.
        assert_eq!(graph.stages(|node| node != 2).1, [1, 1, 1, 2, 1]);
    }

    #[test]
    fn circles_are_found_and_what_is_behind_them_is_not_in_one() {
        let graph = arrows(7, &[(0, 1), (1, 2), (2, 0), (2, 3), (4, 4), (5, 6)]);
        let (places, circles) = graph.circles();
        assert_eq!(circles, [vec![0, 1, 2], vec![4]]);
        assert_eq!(places, [Some(0), Some(0), Some(0), None, Some(1), None, None]);
        let (order, stages) = graph.stages(|_| true);
        assert_eq!(order, [5, 6]);
        assert_eq!(stages.get(3), Some(&0));
    }

    #[test]
    fn a_long_chain_needs_no_deep_stack() {
        let list: Vec<(u32, u32)> = (0..200_000).map(|node| (node, node + 1)).collect();
        let graph = arrows(200_001, &list);
        assert!(graph.circles().1.is_empty());
        assert_eq!(graph.stages(|_| true).1.last(), Some(&200_001));
    }

    proptest::proptest! {
        #[test]
        fn circles_are_what_reaches_itself(list in proptest::collection::vec((0_u32..8, 0_u32..8), 0..20)) {
            let graph = arrows(8, &list);
            let mut reach = [[false; 8]; 8];
            for (from, to) in &list {
                reach[*from as usize][*to as usize] = true;
            }
            for by in 0..8 {
                for from in 0..8 {
                    for to in 0..8 {
                        reach[from][to] |= reach[from][by] && reach[by][to];
                    }
                }
            }
            let (places, _) = graph.circles();
            for one in 0..8 {
                proptest::prop_assert_eq!(places[one].is_some(), reach[one][one]);
                for two in 0..8 {
                    let together = reach[one][two] && reach[two][one];
                    proptest::prop_assert_eq!(together, places[one].is_some() && places[one] == places[two]);
                }
            }
        }
    }
}
