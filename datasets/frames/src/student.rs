//! Student's t distribution, for degrees of freedom that are whole.

/// The probability that |T| stays below `t`: Abramowitz and Stegun, "Handbook of mathematical functions", 26.7.3 and
/// 26.7.4.
fn within(t: f64, freedom: u32) -> f64 {
    let angle = (t / f64::from(freedom).sqrt()).atan();
    let (sine, cosine) = angle.sin_cos();
    let odd = freedom % 2 == 1;
    let mut term = if odd { cosine } else { 1.0 };
    let mut sum = if freedom == 1 { 0.0 } else { term };
    let mut at = if odd { 3 } else { 2 };
    while at < freedom {
        term *= cosine * cosine * f64::from(at - 1) / f64::from(at);
        sum += term;
        at += 2;
    }
    if odd { (angle + sine * sum) * std::f64::consts::FRAC_2_PI } else { sine * sum }
}

/// How many standard errors a value lies above the true one at most, with this confidence: the one-sided quantile.
/// Infinite without a degree of freedom.
pub fn quantile(confidence: f64, freedom: u32) -> f64 {
    let beyond = 1.0 - 2.0 * (1.0 - confidence);
    if freedom == 0 {
        return f64::INFINITY;
    }
    let (mut low, mut high) = (0.0, 1.0);
    while within(high, freedom) < beyond && high < 1e12 {
        high *= 2.0;
    }
    // As far as a double tells apart.
    for _ in 0..200 {
        let middle = (low + high) / 2.0;
        if within(middle, freedom) < beyond { low = middle } else { high = middle }
    }
    high
}

#[cfg(test)]
mod tests {
    /// Against the tables that every textbook prints.
    #[test]
    fn quantiles_are_those_of_the_tables() {
        let known = [
            (0.95, 1, 6.314),
            (0.95, 2, 2.920),
            (0.95, 3, 2.353),
            (0.975, 4, 2.776),
            (0.99, 5, 3.365),
            (0.95, 10, 1.812),
            (0.975, 15, 2.131),
            (0.95, 30, 1.697),
            (0.975, 120, 1.980),
        ];
        for (confidence, freedom, expected) in known {
            let found = super::quantile(confidence, freedom);
            assert!((found - expected).abs() < 5e-4, "{confidence} {freedom}: {found}");
        }
        assert_eq!(super::quantile(0.95, 0), f64::INFINITY);
    }
}
