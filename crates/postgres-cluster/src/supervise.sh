# Creates a cluster in the folder $2 with PostgreSQL's programs of the folder $1, serves it with the socket of port $3, and removes it,
# as soon as standard input ends: it is a pipe, whose other end the kernel closes however the process ends that has it. With $4, the
# folder of another server's socket, the cluster is a standby of that server. The
# variable fsync is on or off.
programs=$1
folder=$2
port=$3
primary=$4
exec 3<&0 </dev/null

# Runs a command until it ends or standard input does.
run() {
    "$@" 3<&- &
    command=$!
    # A shell lets what it starts in the background ignore QUIT, which ends a server at once, whoever is connected. TERM also ends a
    # program that has not come to the point yet where it handles signals.
    { read -r _ <&3; kill -TERM "$command"; kill -QUIT "$command"; } &
    watch=$!
    wait "$command"
    status=$?
    kill "$watch"
    return "$status"
}

create() {
    if [ -z "$primary" ]; then
        run "$programs/initdb" --pgdata="$folder/data" --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync \
            --no-instructions
    else
        # The slot makes the primary keep what the standby has not received yet.
        run "$programs/pg_basebackup" --pgdata="$folder/data" --host="$primary" --port="$port" --username=postgres \
            --checkpoint=fast --wal-method=stream --create-slot --slot=standby --write-recovery-conf --no-sync
    fi
}

# What is in it is gone with the process, so that nothing has to survive a loss of power, unless that is what is measured.
create &&
    run "$programs/postgres" -D "$folder/data" -p "$port" -c unix_socket_directories="$folder" -c listen_addresses= \
        -c max_connections=200 -c fsync="$fsync" -c full_page_writes="$fsync"
# A server that a test has killed leaves its socket behind, on which nobody listens: connecting is refused, as with a machine.
[ $? -ne 137 ] || read -r _ <&3
rm -rf "$folder"
