//! Prints the result of a command.

#[allow(clippy::print_stdout)] // the output of a command
pub fn say(text: &str) {
    println!("{text}");
}
