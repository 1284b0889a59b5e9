//! One vector as it is stored: 8-bit codes and a scale.

use super::kernel;

/// A vector quantised to 8 bits: component `i` is `values[i] * scale`.
///
/// Against f32 this loses nothing that a search can measure, and takes a quarter of the memory.
#[derive(Clone, Debug, PartialEq)]
pub struct Codes {
    values: Box<[i8]>,
    scale: f32,
}

/// Why bytes are not the codes of a vector.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CodesError {
    #[error("A stored descriptor has {found} bytes where {expected} were expected.")]
    Length { expected: usize, found: usize },
    #[error("A stored descriptor has the scale {0}, which no picture can have.")]
    Scale(f32),
}

impl Codes {
    /// Quantises with the scale `max|x| / 127`.
    ///
    /// A vector with a component that is not finite becomes the zero vector: it scores 0 against
    /// everything rather than spoiling the order of the others.
    pub fn quantise(vector: &[f32]) -> Self {
        let largest = vector.iter().fold(0.0_f32, |max, x| max.max(x.abs()));
        let scale = largest / 127.0;
        let finite = vector.iter().all(|x| x.is_finite());
        if !finite || !scale.is_normal() {
            return Self {
                values: vec![0; vector.len()].into(),
                scale: 0.0,
            };
        }
        let values = vector
            .iter()
            .map(|x| (x / scale).round().clamp(-127.0, 127.0) as i8)
            .collect();
        Self { values, scale }
    }

    /// Reads what [`Codes::to_bytes`] wrote.
    ///
    /// # Failure
    /// Another length than `dimension + 4` bytes, or a scale that is negative or not finite.
    pub fn from_bytes(bytes: &[u8], dimension: usize) -> Result<Self, CodesError> {
        let length = CodesError::Length {
            expected: dimension + 4,
            found: bytes.len(),
        };
        if bytes.len() != dimension + 4 {
            return Err(length);
        }
        let (values, scale) = bytes.split_last_chunk::<4>().ok_or(length)?;
        let scale = f32::from_le_bytes(*scale);
        if !scale.is_finite() || scale < 0.0 {
            return Err(CodesError::Scale(scale));
        }
        Ok(Self {
            values: values.iter().map(|&byte| byte as i8).collect(),
            scale,
        })
    }

    /// The stored form: one byte a component, then the scale as little-endian f32.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes: Vec<u8> = self.values.iter().map(|&value| value as u8).collect();
        bytes.extend_from_slice(&self.scale.to_le_bytes());
        bytes
    }

    pub(super) fn from_parts(values: &[i8], scale: f32) -> Self {
        Self {
            values: values.into(),
            scale,
        }
    }

    pub fn dimension(&self) -> usize {
        self.values.len()
    }

    pub fn values(&self) -> &[i8] {
        &self.values
    }

    pub fn scale(&self) -> f32 {
        self.scale
    }

    /// The dequantised components.
    pub fn dequantise(&self) -> Vec<f32> {
        let component = |&value| f32::from(value) * self.scale;
        self.values.iter().map(component).collect()
    }

    /// Euclidean length of the dequantised vector.
    pub(super) fn norm(&self) -> f32 {
        let squares = kernel::dot_codes(&self.values, &self.values);
        (squares as f32).sqrt() * self.scale
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_component_is_off_by_half_a_step_at_most() {
        let vector = [0.5, -0.25, 0.125, 0.0, -0.5];
        let codes = Codes::quantise(&vector);
        for (x, y) in vector.iter().zip(codes.dequantise()) {
            assert!((x - y).abs() <= codes.scale() * 0.5001);
        }
    }

    #[test]
    fn bytes_read_back_are_the_same_codes() {
        let codes = Codes::quantise(&[0.3, -0.7, 0.1]);
        assert_eq!(codes.to_bytes().len(), 7);
        assert_eq!(Codes::from_bytes(&codes.to_bytes(), 3), Ok(codes));
    }

    #[test]
    fn a_vector_that_is_zero_or_not_finite_scores_nothing() {
        for vector in [
            [0.0, 0.0],
            [f32::NAN, 1.0],
            [1.0, f32::INFINITY],
            [1e-42, 0.0],
        ] {
            let codes = Codes::quantise(&vector);
            assert_eq!(codes.scale(), 0.0);
            assert_eq!(codes.dequantise(), [0.0, 0.0]);
        }
    }

    #[test]
    fn damaged_bytes_are_refused() {
        assert_eq!(
            Codes::from_bytes(&[1, 2, 3], 3),
            Err(CodesError::Length {
                expected: 7,
                found: 3
            })
        );
        let mut bytes = Codes::quantise(&[0.3, -0.7, 0.1]).to_bytes();
        bytes[3..].copy_from_slice(&f32::NAN.to_le_bytes());
        assert!(matches!(
            Codes::from_bytes(&bytes, 3),
            Err(CodesError::Scale(_))
        ));
    }
}
