//! Where nobody knows which of two statements is right, there is room for either, and for neither.

use proptest::prelude::*;
use xeploai::document::Relation;

use crate::answer::{Answer, rate};
use crate::generate::{OPEN, town};
use crate::rules::Kind;
use crate::town::{Form, Town};
use crate::{config, within};

fn rows(town: &Town, kind: Kind) -> Vec<usize> {
    (0..town.subjects.len()).filter(|row| town.subjects[*row].kind == kind).collect()
}

/// A town in which somebody has two of what there may be one, and the towns in which each, or neither, is right.
fn two(town: &Town, relation: Relation, one: (usize, usize), other: (usize, usize)) -> Option<(Town, Vec<Town>)> {
    let mut neither = town.clone();
    let ends = |edge: &(usize, Relation, usize)| match relation {
        Relation::Heads => edge.1 == relation && edge.2 == one.1,
        _ => edge.1 == relation && edge.0 == one.0,
    };
    neither.edges.retain(|edge| !ends(edge));
    let add = |edges: &[(usize, usize)]| {
        let mut with = neither.clone();
        edges.iter().for_each(|(from, to)| with.relate(*from, relation, *to));
        with
    };
    let both = add(&[one, other]);
    let reach = crate::closure(both.subjects.len(), &crate::dependencies(&both));
    let sound = !(0..both.subjects.len()).any(|row| reach[row][row]);
    // What is computed of either is stated in none of them.
    let mut towns = vec![add(&[one]), add(&[other]), neither.clone()];
    for town in &mut towns {
        town.subjects.clone_from(&both.subjects);
    }
    sound.then_some((both, towns))
}

proptest! {
    #![proptest_config(config(60))]

    #[test]
    fn of_two_parents_or_heads_either_may_be_right(town in town(OPEN), picks in any::<[u8; 3]>()) {
        let (units, leaders, persons) =
            (rows(&town, Kind::Unit), rows(&town, Kind::Leader), rows(&town, Kind::Person));
        let pick = |list: &[usize], pick: u8| list[usize::from(pick) % list.len()];
        let found = if picks[0] % 2 == 0 && units.len() > 1 && !persons.is_empty() {
            let child = pick(&persons, picks[1]);
            let place = usize::from(picks[2]) % (units.len() - 1);
            two(&town, Relation::BelongsTo, (child, units[place]), (child, units[place + 1]))
        } else if leaders.len() > 1 && !units.is_empty() {
            let unit = pick(&units, picks[1]);
            two(&town, Relation::Heads, (leaders[0], unit), (leaders[1], unit))
        } else {
            None
        };
        let Some((both, towns)) = found else { return Ok(()) };
        let answer = rate(&both);
        prop_assert!(answer.problem("two_parents") || answer.problem("two_heads"));
        for sound in towns {
            within(&rate(&sound), &answer, &both)?;
        }
    }

    #[test]
    fn a_second_row_of_an_id_is_somebody_else_or_nobody(town in town(OPEN), pick in any::<u8>(), copy in any::<u8>()) {
        if town.subjects.is_empty() {
            return Ok(());
        }
        let row = usize::from(pick) % town.subjects.len();
        // Of one kind, so that the new row is the second.
        let alike = rows(&town, town.subjects[row].kind);
        let like = alike[usize::from(copy) % alike.len()];
        let mut other = town.clone();
        let (id, kind) = (town.subjects[row].id.clone(), town.subjects[like].kind);
        let again = other.add("else", kind, 0);
        other.subjects[again].facts = town.subjects[like].facts.clone();
        other.subjects[again].groups = town.subjects[like].groups.clone();
        // It says where it belongs in its own row, for in a table of relations its id would mean the first.
        let parent = town.edges.iter().find(|edge| edge.0 == like && edge.1 == Relation::BelongsTo);
        if let Some((_, _, parent)) = parent {
            other.edges.push((again, Relation::BelongsTo, *parent));
        }
        let mut twice = other.clone();
        twice.subjects[again].id = id;
        let form = Form { apart: false, ..Form::default() };
        let rate = |town: &Town| Answer::of(&town.cohort(&form).rate().unwrap());
        let answer = rate(&twice);
        prop_assert!(answer.problem("same_id"));
        within(&rate(&other), &answer, &town)?;
        within(&rate(&town), &answer, &town)?;
    }
}
