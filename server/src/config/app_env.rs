//! `APP_ENV`: development, production or test.

use std::str::FromStr;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppEnv {
    Development,
    Production,
    Test,
}

impl FromStr for AppEnv {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "development" => Ok(Self::Development),
            "production" => Ok(Self::Production),
            "test" => Ok(Self::Test),
            _ => Err("set it to development, production or test".into()),
        }
    }
}
