//! Orders whose goods, seats and money are with services outside, played by a process of its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod callbacks;
mod calling;
mod dying;
mod paying;
mod reserving;
mod shop;
