//! Affine maps of the plane, in the pixels of two pictures.

/// `x' = a x + b y + c`, `y' = d x + e y + f`, in the order a to f.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Affine(pub [f64; 6]);

/// A point of one picture and the point of another one that it is taken for; x and y in pixels.
pub type Pair = ([f64; 2], [f64; 2]);

impl Affine {
    /// Leaves every point where it is.
    pub const IDENTITY: Self = Self([1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);

    /// Where the point comes to lie.
    #[inline(always)]
    pub fn apply(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let [a, b, c, d, e, f] = self.0;
        [a * x + b * y + c, d * x + e * y + f]
    }

    /// First this map, then `next`.
    pub fn then(&self, next: &Self) -> Self {
        let [a, b, c, d, e, f] = self.0;
        let linear =
            |[p, q]: [f64; 2]| [next.0[0] * p + next.0[1] * q, next.0[3] * p + next.0[4] * q];
        let ([a, d], [b, e]) = (linear([a, d]), linear([b, e]));
        let [c, f] = next.apply([c, f]);
        Self([a, b, c, d, e, f])
    }

    /// Of the linear part; negative where the map mirrors.
    pub fn determinant(&self) -> f64 {
        let [a, b, _, d, e, _] = self.0;
        a * e - b * d
    }

    /// `None` where the map flattens the plane.
    pub fn inverse(&self) -> Option<Self> {
        let [a, b, c, d, e, f] = self.0;
        let determinant = self.determinant();
        if determinant.abs() < 1e-12 {
            return None;
        }
        let [a, b, d, e] = [e, -b, -d, a].map(|x| x / determinant);
        Some(Self([a, b, -(a * c + b * f), d, e, -(d * c + e * f)]))
    }

    /// Singular values of the linear part, the larger first: by how much the map stretches at the
    /// most and at the least.
    pub fn stretches(&self) -> [f64; 2] {
        let [a, b, _, d, e, _] = self.0;
        let sum = a * a + b * b + d * d + e * e;
        let determinant = self.determinant().abs();
        let root = (sum * sum - 4.0 * determinant * determinant)
            .max(0.0)
            .sqrt();
        [
            ((sum + root) / 2.0).sqrt(),
            ((sum - root) / 2.0).max(0.0).sqrt(),
        ]
    }

    /// The map nearest to `pairs` in the sum of squared distances; `None` where fewer than three,
    /// or all on one line.
    pub fn fit(pairs: impl Iterator<Item = Pair> + Clone) -> Option<Self> {
        // Coordinates about their means: the normal equations become two by two.
        let mut count = 0.0;
        let mut mean = [0.0; 4];
        for ([x, y], [u, v]) in pairs.clone() {
            count += 1.0;
            for (sum, value) in mean.iter_mut().zip([x, y, u, v]) {
                *sum += value;
            }
        }
        if count < 3.0 {
            return None;
        }
        let [mx, my, mu, mv] = mean.map(|sum| sum / count);
        let [mut xx, mut xy, mut yy] = [0.0; 3];
        let [mut xu, mut yu, mut xv, mut yv] = [0.0; 4];
        for ([x, y], [u, v]) in pairs {
            let (x, y, u, v) = (x - mx, y - my, u - mu, v - mv);
            xx += x * x;
            xy += x * y;
            yy += y * y;
            xu += x * u;
            yu += y * u;
            xv += x * v;
            yv += y * v;
        }
        let determinant = xx * yy - xy * xy;
        if determinant <= 1e-9 * (xx + yy).powi(2) {
            return None;
        }
        let solve = |p: f64, q: f64| {
            [
                (p * yy - q * xy) / determinant,
                (q * xx - p * xy) / determinant,
            ]
        };
        let ([a, b], [d, e]) = (solve(xu, yu), solve(xv, yv));
        Some(Self([
            a,
            b,
            mu - a * mx - b * my,
            d,
            e,
            mv - d * mx - e * my,
        ]))
    }
}

#[cfg(test)]
mod tests;
