//! Secrets that everybody tries: two who try the same of these need not know each other.

/// Names and passwords out of the box, rows of keys, and years; each is also tried with a capital first letter.
const COMMON: &[&str] = &[
    "", "0000", "000000", "00000000", "1", "1111", "111111", "11111111", "112233", "1234", "12345", "123456", "1234567",
    "12345678", "123456789", "1234567890", "123123", "1q2w3e4r", "1qaz2wsx", "654321", "666666", "888888", "987654321",
    "abc123", "access", "admin", "admin1", "admin12", "admin123", "admin1234", "admin@123", "administrator",
    "anonymous", "backup", "cisco", "default", "ftp", "guest", "hospital", "iloveyou", "letmein", "manager", "master",
    "monkey", "mysql", "oracle", "p@ssw0rd", "p@ssword", "pass", "pass123", "pass1234", "passw0rd", "password",
    "password1", "password12", "password123", "password1234", "password@123", "pi", "postgres", "private", "public",
    "qwerty", "qwerty123", "qwertyuiop", "raspberry", "root", "root123", "sa", "secret", "server", "service", "support",
    "system", "sysadmin", "temp", "test", "test123", "toor", "ubnt", "ubuntu", "user", "user123", "vagrant", "welcome",
    "welcome1", "zaq12wsx",
];

/// Each of them, as it may be typed.
pub(crate) fn secrets() -> impl Iterator<Item = String> {
    COMMON.iter().flat_map(|secret| {
        let mut letters = secret.chars();
        let capital = letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>());
        std::iter::once((*secret).to_owned()).chain(capital.filter(|capital| capital != secret))
    })
}
