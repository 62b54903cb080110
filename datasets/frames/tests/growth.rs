//! Laws of growth that are known, found again; and what the command says of them.

// A test may stop at the first thing that is not as it should be.
#![allow(clippy::unwrap_used)]

use polars::prelude::*;
use polars_io::prelude::*;
use std::path::Path;
use std::process::{Command, Output};
use stoa_frames::growth::{self, Confidence, Fit, Verdict};

/// Time by size, for a function on a family, with a stated exponent; `noise` is relative and differs from run to run.
struct Law {
    function: &'static str,
    stated: Option<f64>,
    family: &'static str,
    seconds: fn(f64) -> f64,
    fixed: f64,
    noise: f64,
}

const SIZES: [i64; 6] = [1_000, 4_000, 16_000, 64_000, 256_000, 1_024_000];

fn measured(laws: &[Law]) -> DataFrame {
    let (mut function, mut complexity, mut family) = (Vec::new(), Vec::new(), Vec::new());
    let (mut stated, mut limit, mut size) = (Vec::new(), Vec::new(), Vec::new());
    let (mut seconds, mut fixed) = (Vec::new(), Vec::new());
    for law in laws {
        for (at, of_size) in SIZES.iter().enumerate() {
            for run in 0..5 {
                function.push(law.function);
                complexity.push(if law.stated.is_some() { "O(…)" } else { "" });
                family.push(law.family);
                stated.push(law.stated);
                limit.push(law.stated.map(|stated| stated + 0.15));
                size.push(*of_size);
                // Its median over five runs is not zero.
                let noise = [1.0, -0.5, 0.7, -1.0, 0.2][(run + 2 * at) % 5] + [0.3, -0.4, 0.1][at % 3];
                seconds.push(law.fixed + (law.seconds)(*of_size as f64) * (1.0 + law.noise * noise));
                fixed.push(law.fixed);
            }
        }
    }
    df!(
        "function" => function, "complexity" => complexity, "stated_exponent" => stated, "limit" => limit,
        "family" => family, "size" => size, "seconds" => seconds, "fixed_seconds" => fixed,
    )
    .unwrap()
}

fn law(function: &'static str, family: &'static str, stated: f64, seconds: fn(f64) -> f64) -> Law {
    Law { function, stated: Some(stated), family, seconds, fixed: 0.001, noise: 0.0 }
}

fn fits(laws: &[Law]) -> Vec<Fit> {
    growth::fit(&measured(laws), Confidence(0.95)).unwrap()
}

#[test]
fn an_exact_law_is_found_exactly() {
    let fits =
        fits(&[law("scc", "rmat", 1.0, |size| 3e-6 * size), law("scc", "tree", 1.0, |size| 5e-6 * size)]);
    let families: Vec<&str> = fits.iter().map(|fit| fit.family.as_str()).collect();
    assert_eq!(families, ["all", "rmat", "tree"]);
    for fit in &fits {
        assert!((fit.exponent - 1.0).abs() < 1e-9 && fit.standard_error < 1e-6, "{fit:?}");
        assert_eq!(fit.verdict, Verdict::Ok);
        assert!(fit.r_squared > 0.999_999);
    }
    // Each family has a constant of its own; of all it is the geometric mean.
    assert!((fits[1].constant - 3e-6).abs() < 1e-9 && (fits[2].constant - 5e-6).abs() < 1e-9);
    assert!((fits[0].constant - 15e-12_f64.sqrt()).abs() < 1e-9);
}

#[test]
fn noise_is_told_from_growth() {
    let noisy = |seconds, noise| Law { noise, ..law("f", "rmat", 1.0, seconds) };
    let fine = fits(&[noisy(|size| 3e-6 * size.powf(1.05), 0.1)]);
    assert_eq!(fine[0].verdict, Verdict::Ok, "{fine:?}");
    assert!(fine[0].low < 1.05 && 1.05 < fine[0].high && fine[0].standard_error > 0.001, "{fine:?}");
    let worse = fits(&[noisy(|size| 3e-6 * size.powf(1.4), 0.1)]);
    assert_eq!(worse[0].verdict, Verdict::Worse, "{worse:?}");
    // A little above, with errors that reach below.
    let uncertain = fits(&[noisy(|size| 3e-6 * size.powf(1.2), 0.7)]);
    assert_eq!(uncertain[0].verdict, Verdict::Uncertain, "{uncertain:?}");
}

#[test]
fn one_bad_family_does_not_drown() {
    let good: fn(f64) -> f64 = |size| 3e-6 * size;
    let families = ["a", "b", "c", "d"].map(|family| law("f", family, 1.0, good));
    let bad = law("f", "e", 1.0, |size| 1e-7 * size.powf(1.5));
    let fits = fits(&families.into_iter().chain([bad]).collect::<Vec<_>>());
    let verdicts: Vec<Verdict> = fits.iter().map(|fit| fit.verdict).collect();
    assert_eq!(verdicts[1..], [Verdict::Ok, Verdict::Ok, Verdict::Ok, Verdict::Ok, Verdict::Worse]);
}

#[test]
fn what_the_fixed_time_hides_is_not_fitted() {
    let slow = Law { fixed: 0.1, ..law("f", "rmat", 1.0, |size| 1e-6 * size) };
    let fit = &fits(&[slow])[0];
    // 0.256 s and 1.024 s are more than as much again; 0.064 s is not.
    assert_eq!((fit.points, fit.measured, fit.verdict), (2, 6, Verdict::TooFewSizes));
    let row = growth::frame(std::slice::from_ref(fit)).unwrap();
    assert!(row.column("exponent").unwrap().get(0).unwrap().is_null());
}

#[test]
fn functions_without_a_bound_are_measured_and_not_judged() {
    let free = Law { stated: None, ..law("all_paths", "rmat", 1.0, |size| 1e-9 * size * size) };
    let fit = &fits(&[free])[0];
    assert_eq!(fit.verdict, Verdict::NotStated);
    assert!((fit.exponent - 2.0).abs() < 1e-6);
}

fn run(folder: &Path, laws: &[Law], more: &[&str]) -> Output {
    let path = folder.join("measurements.parquet");
    let mut frame = measured(laws);
    ParquetWriter::new(std::fs::File::create(&path).unwrap()).finish(&mut frame).unwrap();
    Command::new(env!("CARGO_BIN_EXE_stoa-frames")).arg("growth").arg(path).args(more).output().unwrap()
}

#[test]
fn the_command_says_whether_growth_is_worse() {
    let folder = tempfile::tempdir().unwrap();
    let good = law("wcc", "rmat", 1.0, |size| 3e-6 * size);
    let fit = folder.path().join("fit.parquet");
    let done = run(folder.path(), &[good], &["--fit", fit.to_str().unwrap(), "--families"]);
    let text = String::from_utf8(done.stdout).unwrap();
    assert_eq!(done.status.code(), Some(0), "{text}");
    assert!(text.contains("wcc") && text.contains("  rmat") && text.contains("1.15"), "{text}");
    let rows = growth::read(&fit).unwrap();
    assert_eq!(rows.height(), 2);
    assert_eq!(rows.column("verdict").unwrap().get(0).unwrap().str_value(), "ok");

    let bad = law("wcc", "rmat", 1.0, |size| 1e-7 * size.powf(1.5));
    let done = run(folder.path(), &[bad], &[]);
    let text = String::from_utf8(done.stdout).unwrap();
    assert_eq!(done.status.code(), Some(1), "{text}");
    assert!(text.contains("worse") && text.contains("1.50"), "{text}");
}

#[test]
fn failures_are_told_apart_from_verdicts() {
    let folder = tempfile::tempdir().unwrap();
    let frames = || Command::new(env!("CARGO_BIN_EXE_stoa-frames"));
    let missing = frames().arg("growth").arg(folder.path().join("no.parquet")).output().unwrap();
    assert_eq!(missing.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("no.parquet"));
    let text = folder.path().join("text.parquet");
    std::fs::write(&text, "not Parquet").unwrap();
    assert_eq!(frames().arg("growth").arg(&text).output().unwrap().status.code(), Some(2));
    let other = folder.path().join("other.parquet");
    let mut frame = df!("size" => [1i64]).unwrap();
    ParquetWriter::new(std::fs::File::create(&other).unwrap()).finish(&mut frame).unwrap();
    let done = frames().arg("growth").arg(&other).output().unwrap();
    assert_eq!(done.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&done.stderr).contains("function"), "{done:?}");
    let done = run(folder.path(), &[law("f", "a", 1.0, |size| size)], &["--confidence", "2"]);
    assert_eq!(done.status.code(), Some(2));
}
