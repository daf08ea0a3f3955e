-- What had settled when somebody resumed a job is told by its counts of then ("judged_counts"), not by an instant.
ALTER TABLE "job" DROP COLUMN "judged_from";
