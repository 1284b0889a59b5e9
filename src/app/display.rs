//! The display the window is on, as far as the environment tells.

/// Whether files cannot be dropped on the window: Wayland without X11 beside it.
pub fn drops_unavailable() -> bool {
    cfg!(target_os = "linux") && is_set("WAYLAND_DISPLAY") && !is_set("DISPLAY")
}

/// Whether an environment variable is set and not empty.
pub fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty())
}
