//! Group by subject, item and group to n, mean and SD: how long ratings in memory take by way of the count cube.

mod ratings;

use std::hint::black_box;
use std::num::NonZeroUsize;

use candour_analytics::cube::count_columns;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

use crate::ratings::figures::figures;
use crate::ratings::{Order, Ratings};

fn group_by(criterion: &mut Criterion) {
    for (number, runs) in [(100_000, 50), (10_000_000, 10)] {
        let mut group = criterion.benchmark_group(format!("group_by/{number}"));
        group.sample_size(runs).throughput(Throughput::Elements(number.into()));
        for (order, name) in [(Order::Ballots, "ballots"), (Order::Shuffled, "shuffled")] {
            let ratings = Ratings::generate(number, order, 360);
            for threads in [NonZeroUsize::MIN, NonZeroUsize::MIN.saturating_add(1)] {
                let id = |what| BenchmarkId::new(format!("{what}/{name}"), threads);
                let count = || count_columns(&black_box(&ratings).columns(), ratings.shape(), threads);
                group.bench_function(id("count"), |bencher| bencher.iter(count));
                group.bench_function(id("count_and_figures"), |bencher| {
                    bencher.iter(|| count().map(|cube| figures(&cube, threads)));
                });
            }
        }
        group.finish();
    }
}

criterion_group!(benches, group_by);
criterion_main!(benches);
