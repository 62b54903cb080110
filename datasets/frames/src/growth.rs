//! How time grows with size: `seconds ~ c · size^k`, fitted where both are logarithms.
//!
//! A family of graphs has a constant of its own (how far apart neighbours lie in memory, how many rounds an iteration
//! takes), and all families of a function have one exponent: least squares with an intercept for each family and a
//! common slope (analysis of covariance). The fit of each family alone is there too: growth that only one family shows
//! must not drown in the others.

use anyhow::{Context, Result, ensure};
use polars::prelude::{AnyValue, Column, DataFrame, DataType, Expr, IntoLazy, LazyFrame, col, len, lit};
use polars_io::prelude::{ParquetReader, ParquetWriter, SerReader};

use crate::student;

/// Columns of the measurements, a row a run.
const FUNCTION: &str = "function";
const COMPLEXITY: &str = "complexity";
const STATED: &str = "stated_exponent";
const LIMIT: &str = "limit";
const FAMILY: &str = "family";
const SIZE: &str = "size";
const SECONDS: &str = "seconds";
/// What the same query takes on a graph of next to nothing.
const FIXED: &str = "fixed_seconds";

/// The family of a row that is about all of them.
pub const ALL: &str = "all";

/// How sure one has to be that an exponent is worse.
#[derive(Clone, Copy, Debug)]
pub struct Confidence(pub f64);

/// What was found of a function, on a family or on all.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    pub function: String,
    pub complexity: String,
    /// The exponent that the complexity states; none if it states none in nodes and edges.
    pub stated: Option<f64>,
    /// The greatest exponent that passes.
    pub limit: Option<f64>,
    pub family: String,
    /// Sizes that took more than twice the fixed time, and sizes that were measured.
    pub points: u32,
    pub measured: u32,
    pub exponent: f64,
    pub standard_error: f64,
    /// Bounds of the exponent, each with the confidence that was asked for.
    pub low: f64,
    pub high: f64,
    /// Seconds at size 1; of all families, the geometric mean.
    pub constant: f64,
    /// The share of the variance, within families, that the fit explains.
    pub r_squared: f64,
    pub verdict: Verdict,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Ok,
    /// Above the limit, by no more than chance can do.
    Uncertain,
    Worse,
    /// Fewer than three sizes took long enough to be told from the fixed time.
    TooFewSizes,
    /// No exponent is stated.
    NotStated,
}

impl Verdict {
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Ok => "ok",
            Verdict::Uncertain => "uncertain",
            Verdict::Worse => "worse",
            Verdict::TooFewSizes => "too few sizes",
            Verdict::NotStated => "no bound",
        }
    }
}

pub fn read(path: &std::path::Path) -> Result<DataFrame> {
    let file = std::fs::File::open(path).with_context(|| path.display().to_string())?;
    ParquetReader::new(file).finish().with_context(|| path.display().to_string())
}

/// Fits every function: all families first, then each; in the order of the measurements.
pub fn fit(measurements: &DataFrame, confidence: Confidence) -> Result<Vec<Fit>> {
    ensure!((0.5..1.0).contains(&confidence.0), "a confidence of {} is not in 0.5 … 1", confidence.0);
    let families = sums(points(measurements.clone().lazy())).collect()?;
    let families = Sums::rows(&families)?;
    let mut fits = Vec::new();
    let mut rest = &families[..];
    while let Some(first) = rest.first() {
        let count = rest.iter().take_while(|sums| sums.function == first.function).count();
        let (own, others) = rest.split_at(count);
        rest = others;
        fits.push(Sums::together(own).fit(confidence));
        // The more families are looked at, the likelier one of them is worse by chance (Bonferroni, 1936).
        let stricter = Confidence(1.0 - (1.0 - confidence.0) / count as f64);
        fits.extend(own.iter().map(|sums| sums.fit(stricter)));
    }
    Ok(fits)
}

/// A row for each function, family and size: the median of its runs, less the fixed time, in logarithms. Sizes that the
/// fixed time hides are not `used`.
fn points(measurements: LazyFrame) -> LazyFrame {
    let natural = |of: Expr| of.cast(DataType::Float64).log(lit(std::f64::consts::E));
    measurements
        .group_by_stable([FUNCTION, COMPLEXITY, STATED, LIMIT, FAMILY, SIZE].map(col))
        .agg([col(SECONDS).median(), col(FIXED).median()])
        .with_column((col(SECONDS) - col(FIXED)).alias("net"))
        .with_columns([
            col("net").gt(col(FIXED)).alias("used"),
            natural(col(SIZE)).alias("x"),
            natural(col("net")).alias("y"),
        ])
}

/// The sums from which a line is fitted, for each function and family.
fn sums(points: LazyFrame) -> LazyFrame {
    let [x, y] = ["x", "y"].map(|name| col(name).filter(col("used")));
    // About the family's own mean.
    let about = |of: &Expr| of.clone() - of.clone().mean();
    points.group_by_stable([FUNCTION, COMPLEXITY, STATED, LIMIT, FAMILY].map(col)).agg([
        len().alias("measured"),
        col("used").sum().alias("points"),
        x.clone().sum().alias("x_sum"),
        y.clone().sum().alias("y_sum"),
        (about(&x) * about(&x)).sum().alias("xx"),
        (about(&x) * about(&y)).sum().alias("xy"),
        (about(&y) * about(&y)).sum().alias("yy"),
    ])
}

/// Sums over the points of a family, or of all families, about their family's mean.
#[derive(Clone, Debug)]
struct Sums {
    function: String,
    complexity: String,
    stated: Option<f64>,
    limit: Option<f64>,
    family: String,
    points: u32,
    measured: u32,
    /// Families with points: each has an intercept.
    intercepts: u32,
    /// Σ x and Σ y over the points; Σ (x − x̄)², Σ (x − x̄)(y − ȳ), Σ (y − ȳ)².
    x: f64,
    y: f64,
    xx: f64,
    xy: f64,
    yy: f64,
}

impl Sums {
    fn rows(frame: &DataFrame) -> Result<Vec<Sums>> {
        let number = |name: &str, row: usize| -> Result<Option<f64>> {
            Ok(AnyValue::extract::<f64>(&frame.column(name)?.get(row)?))
        };
        let text = |name: &str, row: usize| -> Result<String> {
            Ok(frame.column(name)?.get(row)?.str_value().into_owned())
        };
        let rows = (0..frame.height()).map(|row| {
            let sum = |name: &str| Ok::<_, anyhow::Error>(number(name, row)?.unwrap_or_default());
            let points = sum("points")? as u32;
            Ok(Sums {
                function: text(FUNCTION, row)?,
                complexity: text(COMPLEXITY, row)?,
                stated: number(STATED, row)?,
                limit: number(LIMIT, row)?,
                family: text(FAMILY, row)?,
                points,
                measured: sum("measured")? as u32,
                intercepts: u32::from(points > 0),
                x: sum("x_sum")?,
                y: sum("y_sum")?,
                xx: sum("xx")?,
                xy: sum("xy")?,
                yy: sum("yy")?,
            })
        });
        rows.collect()
    }

    /// The sums of all families of a function.
    fn together(families: &[Sums]) -> Sums {
        let mut all = families[0].clone();
        all.family = ALL.to_owned();
        for family in &families[1..] {
            all.points += family.points;
            all.measured += family.measured;
            all.intercepts += family.intercepts;
            all.x += family.x;
            all.y += family.y;
            all.xx += family.xx;
            all.xy += family.xy;
            all.yy += family.yy;
        }
        all
    }

    fn fit(&self, confidence: Confidence) -> Fit {
        let freedom = self.points.saturating_sub(self.intercepts + 1);
        let enough = freedom > 0 && self.xx > 1e-9;
        let exponent = if enough { self.xy / self.xx } else { f64::NAN };
        // Rounding may take a perfect fit below zero.
        let residual = (self.yy - exponent * self.xy).max(0.0);
        let standard_error = (residual / f64::from(freedom) / self.xx).sqrt();
        let margin = student::quantile(confidence.0, freedom) * standard_error;
        let (low, high) = (exponent - margin, exponent + margin);
        let points = f64::from(self.points);
        let verdict = match self.limit {
            None => Verdict::NotStated,
            Some(_) if !enough => Verdict::TooFewSizes,
            Some(limit) if low > limit => Verdict::Worse,
            Some(limit) if exponent > limit => Verdict::Uncertain,
            Some(_) => Verdict::Ok,
        };
        Fit {
            function: self.function.clone(),
            complexity: self.complexity.clone(),
            stated: self.stated,
            limit: self.limit,
            family: self.family.clone(),
            points: self.points,
            measured: self.measured,
            exponent,
            standard_error,
            low,
            high,
            constant: ((self.y - exponent * self.x) / points).exp(),
            r_squared: if self.yy > 0.0 { 1.0 - residual / self.yy } else { 1.0 },
            verdict,
        }
    }
}

/// The fits as a frame, a row each.
pub fn frame(fits: &[Fit]) -> Result<DataFrame> {
    let text =
        |name: &str, of: fn(&Fit) -> &str| Column::new(name.into(), fits.iter().map(of).collect::<Vec<_>>());
    let number = |name: &str, of: fn(&Fit) -> Option<f64>| {
        // What could not be fitted is absent, not NaN.
        let values: Vec<Option<f64>> =
            fits.iter().map(|fit| of(fit).filter(|value| value.is_finite())).collect();
        Column::new(name.into(), values)
    };
    let count =
        |name: &str, of: fn(&Fit) -> u32| Column::new(name.into(), fits.iter().map(of).collect::<Vec<_>>());
    Ok(DataFrame::new(
        fits.len(),
        vec![
            text(FUNCTION, |fit| &fit.function),
            text(COMPLEXITY, |fit| &fit.complexity),
            number(STATED, |fit| fit.stated),
            number(LIMIT, |fit| fit.limit),
            text(FAMILY, |fit| &fit.family),
            count("points", |fit| fit.points),
            count("measured", |fit| fit.measured),
            number("exponent", |fit| Some(fit.exponent)),
            number("standard_error", |fit| Some(fit.standard_error)),
            number("low", |fit| Some(fit.low)),
            number("high", |fit| Some(fit.high)),
            number("constant_seconds", |fit| Some(fit.constant)),
            number("r_squared", |fit| Some(fit.r_squared)),
            text("verdict", |fit| fit.verdict.name()),
        ],
    )?)
}

/// Writes the fits as Parquet.
pub fn write(fits: &[Fit], path: &std::path::Path) -> Result<()> {
    let file = std::fs::File::create(path).with_context(|| path.display().to_string())?;
    ParquetWriter::new(file).finish(&mut frame(fits)?).with_context(|| path.display().to_string())?;
    Ok(())
}
