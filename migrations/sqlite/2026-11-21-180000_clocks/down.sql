DROP TABLE host_uptimes;
DROP TABLE deadlines;
