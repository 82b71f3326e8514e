//! What the process has of the machine's memory. The allocator, mimalloc, tells only C.

use std::ffi::c_long;

use libmimalloc_sys::{mi_option_set, mi_option_t, mi_process_info};

/// `mi_option_purge_delay`: for how many milliseconds memory that was freed is kept. Its bindings do not name it.
const PURGE_DELAY: mi_option_t = 15;

/// Lets freed memory go back to the system at once: a password's hash takes 19 MiB, and nobody needs them afterwards.
pub fn give_back_at_once() {
    let no_time: c_long = 0;
    #[expect(unsafe_code, reason = "it notes a number")]
    unsafe {
        mi_option_set(PURGE_DELAY, no_time);
    }
}

/// Bytes that are in use, or were and are kept.
pub(crate) fn heap_bytes() -> Option<f64> {
    let mut unasked = [0; 7];
    let [
        elapsed,
        user,
        system,
        resident,
        most_resident,
        most_committed,
        faults,
    ] = &mut unasked;
    let mut committed = 0_usize;
    #[expect(
        unsafe_code,
        reason = "it writes eight numbers to eight places that are ours"
    )]
    unsafe {
        mi_process_info(
            elapsed,
            user,
            system,
            resident,
            most_resident,
            &mut committed,
            most_committed,
            faults,
        );
    }
    // Exact up to 2^53 bytes.
    #[expect(clippy::cast_precision_loss, reason = "no machine has so much")]
    let bytes = committed as f64;
    Some(bytes)
}
