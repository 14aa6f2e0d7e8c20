//! What the machine runs a chunk on.
//!
//! Numbers of 32 bits are for wide vectors: a machine without them runs all programs in 64 bits. So each program is built for
//! two sorts of machine and not four, which is 0.1 MB of every library.

use pulp::WithSimd;

/// Wide vectors, on a machine that has them.
#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
#[derive(Debug, Clone, Copy)]
pub(super) struct Vectors(pulp::x86::V3);

/// What other machines have.
#[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
#[derive(Debug, Clone, Copy)]
pub(super) struct Vectors(pulp::Arch);

impl Vectors {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    pub(super) fn of_machine() -> Option<Self> {
        pulp::x86::V3::try_new().map(Self)
    }

    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
    pub(super) fn of_machine() -> Option<Self> {
        Some(Self(pulp::Arch::new()))
    }

    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    #[inline(always)]
    pub(super) fn run<O: WithSimd>(self, work: O) -> O::Output {
        pulp::Simd::vectorize(self.0, work)
    }

    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
    #[inline(always)]
    pub(super) fn run<O: WithSimd>(self, work: O) -> O::Output {
        self.0.dispatch(work)
    }
}
