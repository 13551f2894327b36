# Creates a cluster in the folder $2 with PostgreSQL's programs of the folder $1, serves it with the socket of port $3, and removes it,
# as soon as standard input ends: it is a pipe, whose other end the kernel closes however the process ends that has it.
programs=$1
folder=$2
port=$3
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

# What is in it is gone with the process, so that nothing has to survive a loss of power.
run "$programs/initdb" --pgdata="$folder/data" --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync \
    --no-instructions &&
    run "$programs/postgres" -D "$folder/data" -p "$port" -c unix_socket_directories="$folder" -c listen_addresses= \
        -c max_connections=200 -c fsync=off -c full_page_writes=off
rm -rf "$folder"
