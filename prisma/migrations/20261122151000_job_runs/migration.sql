-- What a job's worker has to remember beside its checkpoint.
-- Up to where the targets were looked through for aborted copies of the job, {topic: [offset as text]}: at first where
-- they ended when it began.
ALTER TABLE "job" ADD COLUMN "counted_to" jsonb;
-- What settled before this was judged already: a person looked at it and resumed.
ALTER TABLE "job" ADD COLUMN "judged_from" timestamptz(3);
