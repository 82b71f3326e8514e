//! Orders whose goods, seats and money are with services outside, played by a process of its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod callbacks;
mod calling;
mod collecting;
mod door;
mod dying;
#[path = "../../../orders/tests/engine/failpoints.rs"]
mod failpoints;
mod families;
mod faults;
mod paying;
mod reserving;
mod returning;
mod shop;
