drop table bus_messages;
