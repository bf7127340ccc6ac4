//! The pages of the checks say what the program says.

use std::collections::BTreeSet;
use std::path::PathBuf;

use hangmeas::health;

#[test]
fn every_check_has_its_page() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/checks");
    let bless = std::env::var_os("HANGMEAS_BLESS").is_some();
    if bless {
        std::fs::create_dir_all(&folder).expect("the folder");
    }
    let mut pages = BTreeSet::new();
    for check in health::all() {
        let path = folder.join(format!("{}.md", check.id));
        let page = health::page(check);
        if bless {
            std::fs::write(&path, &page).expect("the page");
        }
        let told = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(
            told,
            page,
            "{}: run this test with HANGMEAS_BLESS=1",
            path.display()
        );
        pages.insert(path);
    }
    let there = std::fs::read_dir(&folder).expect("the folder");
    let there: BTreeSet<PathBuf> = there.map(|entry| entry.expect("an entry").path()).collect();
    assert_eq!(there, pages, "a page without a check");
}
