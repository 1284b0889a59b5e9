//! The packages on sale, from the price list embedded in the program.

use std::{collections::HashSet, fmt, sync::LazyLock};

use serde::{Deserialize, Serialize};

use super::{money::Cents, quota::CallKind, words::grouped};

/// How many packages the price list has: eight sizes, seven of them at two speeds.
const PACKAGES: usize = 15;

static PRICE_LIST: LazyLock<Result<PriceList, PriceListError>> =
    LazyLock::new(|| PriceList::parse(include_str!("../../assets/plans.ron")));

/// A package's name as typed on the command line and kept in the ledger: `2.5m-5`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlanId(pub String);

impl fmt::Display for PlanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<&str> for PlanId {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

/// One package of the price list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub id: PlanId,
    /// The cap on images uploaded in a billing month, and on images stored.
    pub images: u64,
    /// Calls a second, each kind with its own budget.
    pub query_qps: u32,
    pub add_qps: u32,
    pub delete_qps: u32,
    /// For one month, prepaid.
    pub price: Cents,
}

impl Plan {
    /// `2,500,000 pictures · 5 QPS`
    pub fn title(&self) -> String {
        format!("{} pictures · {} QPS", grouped(self.images), self.query_qps)
    }

    /// Calls of this kind allowed in any 1,000 ms.
    pub fn quota(&self, kind: CallKind) -> u32 {
        match kind {
            CallKind::Query => self.query_qps,
            CallKind::Add => self.add_qps,
            CallKind::Delete => self.delete_qps,
        }
    }

    /// Whether what is there already exceeds the cap, so that with this package adds are refused
    /// until it fits again.
    pub fn too_small(&self, uploaded: u64, stored: u64) -> bool {
        uploaded.max(stored) > self.images
    }

    /// Orders packages from the smallest to the largest: by price, and where two cost the same
    /// (`5m-10` and `10m-5`) by images. A change to a higher rank is an upgrade.
    pub fn rank(&self) -> (Cents, u64) {
        (self.price, self.images)
    }
}

/// Everything on sale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceList {
    /// By images, then by QPS.
    pub plans: Vec<Plan>,
    /// ISO 4217 code of every price.
    pub currency: String,
    /// E-mail address for packages larger than the largest.
    pub contact: String,
    trial: Plan,
}

/// The file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    currency: String,
    contact: String,
    trial: PlanId,
    plans: Vec<Plan>,
}

/// What is wrong with the price list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The built-in price list is damaged: {reason}. Install the program again.")]
pub struct PriceListError {
    reason: String,
}

fn broken(reason: impl Into<String>) -> PriceListError {
    PriceListError {
        reason: reason.into(),
    }
}

/// Reads and checks the price list; to be asked once, when the program starts.
///
/// # Errors
/// When the embedded list cannot be read, is incomplete or contradicts itself.
pub fn check() -> Result<(), PriceListError> {
    PRICE_LIST.as_ref().map(drop).map_err(Clone::clone)
}

/// The price list of this program.
///
/// # Panics
/// When [`check`] fails; it reads data built into the program, which the tests have checked.
pub fn price_list() -> &'static PriceList {
    match &*PRICE_LIST {
        Ok(list) => list,
        Err(error) => panic!("{error}"),
    }
}

impl PriceList {
    /// # Errors
    /// When the text is no price list or [`check`]'s rules do not hold.
    fn parse(text: &str) -> Result<Self, PriceListError> {
        let source: Source = ron::from_str(text).map_err(|error| broken(error.to_string()))?;
        let Source {
            currency,
            contact,
            trial,
            plans,
        } = source;
        if currency != "USD" {
            return Err(broken(format!("prices are in USD, not {currency}")));
        }
        if !contact.contains('@') {
            return Err(broken(format!("{contact:?} is no e-mail address")));
        }
        check_plans(&plans)?;
        let trial = plans
            .iter()
            .find(|plan| plan.id == trial)
            .cloned()
            .ok_or_else(|| broken(format!("the trial package {trial} is not on it")))?;
        Ok(Self {
            plans,
            currency,
            contact,
            trial,
        })
    }

    pub fn get(&self, id: &PlanId) -> Option<&Plan> {
        self.plans.iter().find(|plan| plan.id == *id)
    }

    /// The package that is free for one month, once.
    pub fn trial(&self) -> &Plan {
        &self.trial
    }

    /// The cheapest package for so many images and calls a second, or none when only a custom
    /// quote would do. Of two at one price the one with more images.
    pub fn cheapest_for(&self, images: u64, qps: u32) -> Option<&Plan> {
        self.plans
            .iter()
            .filter(|plan| plan.images >= images && plan.query_qps >= qps && plan.add_qps >= qps)
            .min_by_key(|plan| (plan.price, std::cmp::Reverse(plan.images)))
    }
}

/// All there, ids unique, nothing free or zero, and more never costs less.
fn check_plans(plans: &[Plan]) -> Result<(), PriceListError> {
    if plans.len() != PACKAGES {
        return Err(broken(format!(
            "it has {} packages, not {PACKAGES}",
            plans.len()
        )));
    }
    let mut ids = HashSet::new();
    for plan in plans {
        if !ids.insert(&plan.id) {
            return Err(broken(format!("{} is on it twice", plan.id)));
        }
        let quotas = CallKind::ALL.map(|kind| plan.quota(kind));
        if plan.images == 0 || quotas.contains(&0) || plan.price <= Cents::ZERO {
            return Err(broken(format!(
                "{} has a figure that is not above zero",
                plan.id
            )));
        }
    }
    if !plans.is_sorted_by_key(|plan| (plan.images, plan.query_qps)) {
        return Err(broken(
            "its packages are not in the order of images and QPS",
        ));
    }
    for small in plans {
        for large in plans {
            let more = large.images >= small.images && large.query_qps >= small.query_qps;
            if more && large.id != small.id && large.price <= small.price {
                return Err(broken(format!(
                    "{} holds more than {} and costs no more",
                    large.id, small.id
                )));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = include_str!("../../assets/plans.ron");

    fn rejected(from: &str, to: &str) -> String {
        assert!(TEXT.contains(from), "the list has no {from}");
        match PriceList::parse(&TEXT.replacen(from, to, 1)) {
            Ok(_) => panic!("accepted with {to}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_embedded_list_passes_its_check() {
        assert_eq!(check(), Ok(()));
    }

    #[test]
    fn a_damaged_list_is_named_for_what_is_wrong() {
        assert!(rejected("id: \"5m-5\"", "id: \"5m-10\"").contains("5m-10 is on it twice"));
        assert!(
            rejected("price: 1_600_00", "price: 800_00").contains("5m-5 holds more than 2.5m-5")
        );
        assert!(rejected("delete_qps: 20", "delete_qps: 0").contains("100k-1 has a figure"));
        assert!(rejected("images: 50_000_000", "images: 1").contains("order of images"));
        assert!(rejected("trial: \"100k-1\"", "trial: \"1k-1\"").contains("trial package 1k-1"));
        assert!(rejected("USD", "EUR").contains("not EUR"));
        assert!(rejected("plans:", "packages:").contains("damaged"));
    }

    #[test]
    fn a_title_says_pictures_and_calls() {
        let plan = price_list().get(&"2.5m-5".into()).unwrap();
        assert_eq!(plan.title(), "2,500,000 pictures · 5 QPS");
    }

    #[test]
    fn of_two_packages_at_one_price_the_one_that_fits_is_offered() {
        let list = price_list();
        let id = |images, qps| {
            list.cheapest_for(images, qps)
                .map(|plan| plan.id.0.as_str())
        };
        // Both cost $2,900.00: only one has 10 QPS, only the other 10 million images.
        assert_eq!(id(5_000_000, 10), Some("5m-10"));
        assert_eq!(id(10_000_000, 5), Some("10m-5"));
    }
}
