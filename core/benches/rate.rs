//! The figures of a single case: `cargo bench -p xeploai`.
#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark")]

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use xeploai::{Case, Rulebook, Value};

const MEMBER: &str = r#"{"period_end":"2025-12-31","admitted_on":"2010-05-19","exempt_from_activities":false,
"suspended_from_activities":false,"score_general":28,"score_results":"61.99","tasks_assigned":10,"tasks_done":10,
"tasks_late":0,"tasks_below_standard":0,"tasks_exceeded":2,"shortcomings_noted":2,"shortcomings_remedied":2,
"degradation_concluded":false,"conduct_breach_concluded":false,"discipline_on_duty":"none",
"discipline_for_earlier_violation":false,"self_detected_and_remedied":false}"#;

fn figures(criterion: &mut Criterion) {
    let text = xeploai::builtin::text("366-qd-tw").unwrap();
    let rulebook = Rulebook::from_json(&text).unwrap();
    criterion
        .bench_function("load 366-qd-tw", |bencher| bencher.iter(|| Rulebook::from_json(black_box(&text)).unwrap()));

    let case = Case::from_json(&rulebook, "member", MEMBER).unwrap();
    // The typed record stands ready; to fill it is another figure.
    criterion.bench_function("member: typed record to findings and obstacles", |bencher| {
        bencher.iter_batched(
            || case.clone(),
            |case| {
                let rating = case.rate();
                let holding = rating.findings().filter(|finding| finding.holds() == Some(true)).count();
                let needs: usize = rating.obstacles().iter().map(|obstacles| obstacles.iter().count()).sum();
                black_box((rating.outcome(), holding, needs));
                rating
            },
            BatchSize::SmallInput,
        );
    });
    criterion.bench_function("member: typed record to outcome", |bencher| {
        bencher.iter_batched(|| case.clone(), Case::rate, BatchSize::SmallInput);
    });
    criterion.bench_function("member: JSON text to JSON text", |bencher| {
        bencher.iter(|| Case::from_json(&rulebook, "member", black_box(MEMBER)).unwrap().rate().to_json());
    });
    criterion.bench_function("member: JSON text to case", |bencher| {
        bencher.iter(|| Case::from_json(&rulebook, "member", black_box(MEMBER)).unwrap());
    });
    criterion.bench_function("member: set by name", |bencher| {
        bencher.iter(|| {
            let mut case = Case::new(&rulebook, "member").unwrap();
            for (name, value) in [("tasks_assigned", 10), ("tasks_done", 10), ("tasks_late", 0)] {
                case.set(name, Value::Integer(value));
            }
            case
        });
    });
}

criterion_group!(benches, figures);
criterion_main!(benches);
