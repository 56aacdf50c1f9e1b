//! What survives `kill -9`: everything that anybody was shown.

mod kills;
