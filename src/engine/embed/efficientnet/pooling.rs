//! From the last feature map to one vector.

use super::lanes::{Block, LANES};

/// Generalised mean of power 3 of each channel.
///
/// `map` is `[block][pixel]` with `pixels` places a block; values below `floor` count as `floor`.
/// (Radenović, Tolias, Chum: Fine-tuning CNN Image Retrieval with No Human Annotation, 2018.)
pub fn generalised_mean(map: &[Block], pixels: usize, floor: f32, pooled: &mut [Block]) {
    for (plane, pooled) in map.chunks_exact(pixels).zip(pooled) {
        let mut sums = [0.0; LANES];
        for block in plane {
            for (sum, &value) in sums.iter_mut().zip(&block.0) {
                let value = value.max(floor);
                *sum += value * value * value;
            }
        }
        pooled.0 = sums.map(|sum| (sum / pixels as f32).cbrt());
    }
}

/// Brings a vector to unit length; all zeros stay as they are.
pub fn unit_length(vector: &mut [Block]) {
    let squares: f32 = vector
        .iter()
        .map(|block| block.0.iter().map(|v| v * v).sum::<f32>())
        .sum();
    if squares > 0.0 {
        let scale = squares.sqrt().recip();
        vector
            .iter_mut()
            .for_each(|block| block.0.iter_mut().for_each(|v| *v *= scale));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_is_of_third_powers() {
        let mut map = [Block::ZERO; 6];
        map[0].0[1] = 1.0;
        map[1].0[1] = 2.0;
        map[2].0[1] = 3.0;
        map[5].0[15] = 6.0;
        let mut pooled = [Block::ZERO; 2];
        generalised_mean(&map, 3, 1e-6, &mut pooled);
        assert!((pooled[0].0[1] - 12.0_f32.cbrt()).abs() < 1e-6);
        assert!((pooled[1].0[15] - 72.0_f32.cbrt()).abs() < 1e-6);
    }

    #[test]
    fn small_and_negative_values_count_as_the_floor() {
        let mut pooled = [Block::ZERO];
        generalised_mean(&[Block([-3.0; LANES])], 1, 0.5, &mut pooled);
        assert!(pooled[0].0.iter().all(|&value| (value - 0.5).abs() < 1e-6));
    }

    #[test]
    fn a_vector_gets_unit_length_and_zeros_stay() {
        let mut vector = [Block([3.0; LANES]), Block([-4.0; LANES])];
        unit_length(&mut vector);
        assert!((vector[0].0[0] - 0.15).abs() < 1e-6 && (vector[1].0[0] + 0.2).abs() < 1e-6);
        let mut zeros = [Block::ZERO];
        unit_length(&mut zeros);
        assert_eq!(zeros, [Block::ZERO]);
    }
}
