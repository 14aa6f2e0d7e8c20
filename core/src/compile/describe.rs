//! Conditions and formulas as lines of text, the same in every language: names, signs and numbers.

use crate::document::{Condition, ItemTest, Literal, Op, Operand};

/// The sign of a comparison.
pub(crate) fn sign(op: Op) -> &'static str {
    match op {
        Op::Equal => "=",
        Op::NotEqual => "!=",
        Op::Less => "<",
        Op::AtMost => "<=",
        Op::Greater => ">",
        Op::AtLeast => ">=",
    }
}

/// A condition as a line of text.
pub(crate) fn describe(condition: &Condition) -> String {
    let joined = |conditions: &[Condition], word: &str| {
        let parts: Vec<String> = conditions.iter().map(describe).collect();
        format!("({})", parts.join(word))
    };
    match condition {
        Condition::Always => "always".to_owned(),
        Condition::All(conditions) => joined(conditions, " and "),
        Condition::Any(conditions) => joined(conditions, " or "),
        Condition::Not(inner) => format!("not {}", describe(inner)),
        Condition::Holds(name) => name.clone(),
        Condition::Compare(compare) => {
            let right = match &compare.right {
                Operand::Integer(value) => value.to_string(),
                Operand::Text(text) => text.clone(),
                Operand::Name(other) => other.name.clone(),
            };
            format!("{} {} {right}", compare.left, sign(compare.op))
        }
        Condition::Share(share) => {
            let none = match share.if_none {
                Some(answer) => format!(" (if {} = 0: {answer})", share.whole),
                None => String::new(),
            };
            format!("{} / {} {} {}{none}", share.part, share.whole, sign(share.op), share.than)
        }
        Condition::Every(every) => format!("every {}", describe_items(every)),
        Condition::UnderMonths(span) => {
            format!("{} + {} months > {}", span.since, span.months, span.until)
        }
        Condition::Policy(choice) => {
            let cases: Vec<String> =
                choice.cases.iter().map(|case| format!("{}: {}", case.option, describe(&case.condition))).collect();
            format!("policy {} {{{}}}", choice.name, cases.join("; "))
        }
    }
}

/// A test of items as a line of text, such as `criteria[group = result]: grade >= good`.
pub(crate) fn describe_items(test: &ItemTest) -> String {
    let only = match &test.only {
        Some(only) => format!("[{} = {}]", only.field, describe_literal(&only.is)),
        None => String::new(),
    };
    format!("{}{only}: {} {} {}", test.list, test.field, sign(test.op), describe_literal(&test.value))
}

fn describe_literal(literal: &Literal) -> String {
    match literal {
        Literal::Integer(value) => value.to_string(),
        Literal::Boolean(value) => value.to_string(),
        Literal::Text(text) => text.clone(),
    }
}
